import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, erasable, isErasableText, ledgerBody } from './body.ts';

describe('canonical JSON', () => {
  it('sorts keys by code units at every depth and has no white space', () => {
    expect(canonicalJson({ b: [1, { z: null, a: true }], a: 'x', '\u20ac': 1, A: 2 })).toBe('{"A":2,"a":"x","b":[1,{"a":true,"z":null}],"€":1}');
  });

  it('writes numbers as RFC 8785 §3.2.2 shows, and as ECMAScript does at the borders of its forms', () => {
    expect(canonicalJson(JSON.parse('[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001, -0, 1e21, 123456789012345680000]'))).toBe('[333333333.3333333,1e+30,4.5,0.002,1e-27,0,1e+21,123456789012345680000]');
  });

  it('drops what is undefined, writes dates as ISO and bytes as base64, and mends lone surrogates', () => {
    expect(canonicalJson({ a: undefined, at: new Date(0), raw: Buffer.from('hi'), list: [undefined], text: 'a\ud800' })).toBe('{"at":"1970-01-01T00:00:00.000Z","list":[null],"raw":"aGk=","text":"a\ufffd"}');
  });

  it('refuses what JSON cannot say', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 1, Symbol('s')]) expect(() => canonicalJson({ value })).toThrow(TypeError);
  });

  it('is the same for the same content in any order of keys, and reads back as that content', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(Object.fromEntries(Object.entries(value).reverse()))).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });
});

describe('an erasable text', () => {
  it('is in the body as a salted hash only, and can be shown to be the one', () => {
    const { body, row } = erasable('The visitor fell on the stairs');
    expect(body.text).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(isErasableText(body, row)).toBe(true);
    expect(isErasableText(body, { ...row, text: 'The visitor was pushed' })).toBe(false);
    expect(isErasableText(body, { ...row, salt: '00'.repeat(16) })).toBe(false);
  });

  it('has another hash each time, so that equal texts cannot be told', () => {
    expect(erasable('yes').body).not.toEqual(erasable('yes').body);
  });
});

describe("a change's entry", () => {
  it('says all of a new row', () => {
    const { body, erased } = ledgerBody({ verb: 'declared', before: null, after: { id: 'i1', title: 'Fire', state: 'open' } as { id: string } });
    expect(body).toBe('{"after":{"id":"i1","state":"open","title":"Fire"}}');
    expect(erased).toEqual([]);
  });

  it('says of a changed row what changed, before and after', () => {
    const before = { id: 'i1', title: 'Fire', state: 'open', at: new Date(0), tags: ['a'] };
    const { body } = ledgerBody({ verb: 'closed', before, after: { ...before, state: 'closed', at: new Date(0), tags: ['a'] } as { id: string } });
    expect(body).toBe('{"after":{"state":"closed"},"before":{"state":"open"}}');
  });

  it('says whose row it was when it speaks of another record', () => {
    const { body } = ledgerBody({ verb: 'struck', before: { id: 'l1', struck: false } as { id: string }, after: { id: 'l1', struck: true } as { id: string }, of: { recordId: 'i1', siteId: null, wallId: null, readPermission: 'incidents:read' } });
    expect(body).toBe('{"after":{"struck":true},"before":{"struck":false},"id":"l1"}');
  });

  it('keeps erasable texts out of the body, before and after, and leaves null as null', () => {
    const { body, erased } = ledgerBody({
      verb: 'updated', before: { narrative: 'he said', note: null }, after: { id: 'i1', narrative: 'she said', note: 'n' }, erasable: ['narrative', 'note'],
    } as unknown as Parameters<typeof ledgerBody>[0]);
    expect(body).not.toMatch(/said/);
    const parsed = JSON.parse(body) as { before: { narrative: { text: `sha256:${string}` }; note: null }; after: { narrative: { text: `sha256:${string}` } } };
    expect(erased.map(({ field, text }) => [field, text])).toEqual([['before.narrative', 'he said'], ['after.narrative', 'she said'], ['after.note', 'n']]);
    const [first] = erased.filter(({ field }) => field === 'before.narrative');
    expect(first && isErasableText(parsed.before.narrative, first)).toBe(true);
    expect(parsed.before.note).toBeNull();
  });
});
