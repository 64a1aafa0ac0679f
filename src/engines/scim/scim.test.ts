import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Filter, parseFilter, parsePath } from './filter.ts';
import type { Json } from './json.ts';
import { matches } from './matches.ts';
import { applyPatch } from './patch.ts';
import { project } from './projection.ts';
import { readResource } from './read.ts';
import { ENTERPRISE_SCHEMA, GROUP, PATCH_SCHEMA, USER, USER_SCHEMA } from './schema.ts';

const shown = (filter: Filter): string => {
  switch (filter.kind) {
    case 'and': case 'or': return `(${shown(filter.left)} ${filter.kind} ${shown(filter.right)})`;
    case 'not': return `not ${shown(filter.of)}`;
    case 'present': return `${nameOf(filter.at)} pr`;
    case 'within': return `${nameOf(filter.at)}[${shown(filter.filter)}]`;
    case 'compare': return `${nameOf(filter.at)} ${filter.op} ${JSON.stringify(filter.value)}`;
  }
};
const nameOf = ({ schema, name, sub }: { schema: string | null; name: string; sub: string | null }) => `${schema === null ? '' : `${schema}:`}${name}${sub === null ? '' : `.${sub}`}`;
const read = (text: string): string => {
  const parsed = parseFilter(text);
  return parsed.ok ? shown(parsed.value) : `refused: ${parsed.reason}`;
};

describe('filters', () => {
  // Forms of RFC 7644 §3.4.2.2, in words of our own.
  test.each([
    ['userName eq "ada"', 'username eq "ada"'], ['NAME.familyName CO "O\'Malley"', 'name.familyname co "O\'Malley"'], ['title pr', 'title pr'], ['meta.lastModified ge "2026-05-13T04:42:34Z"', 'meta.lastmodified ge "2026-05-13T04:42:34Z"'],
    ['title pr and userType eq "Employee"', '(title pr and usertype eq "Employee")'], ['a eq 1 or b eq 2 and c eq 3', '(a eq 1 or (b eq 2 and c eq 3))'], ['(a eq 1 or b eq 2) and not (c eq true)', '((a eq 1 or b eq 2) and not c eq true)'],
    ['emails[type eq "work" and value co "@works.example"] or active eq False', '(emails[(type eq "work" and value co "@works.example")] or active eq false)'],
    [`${ENTERPRISE_SCHEMA}:department eq "Security"`, `${ENTERPRISE_SCHEMA.toLowerCase()}:department eq "Security"`], ['not eq "x"', 'not eq "x"'], ['a eq "say \\"hi\\" ( ] and"', 'a eq "say \\"hi\\" ( ] and"'], ['a eq null', 'a eq null'], ['a gt -1.5e3', 'a gt -1500'],
  ])('%s is read by precedence and in any case', (text, tree) => expect(read(text)).toBe(tree));

  test.each(['', 'userName', 'userName eq', 'userName is "x"', 'eq "x"', '(a pr', 'a pr)', 'a pr b pr', 'a eq x', "a eq 'x'", 'a[b pr', 'a eq "x', '"a" eq "b"', 'a..b pr', 'not a pr', '9a pr', '('.repeat(500), `${'a pr and '.repeat(200)}a pr`, 'x'.repeat(5000)])('%s is refused in words', (text) =>
    expect(read(text.slice(0, 6000))).toMatch(/^refused: .{5}/));

  test('whatever is sent is read or refused, and never breaks', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ maxLength: 200 }), fc.array(fc.constantFrom('a', 'eq', 'and', 'or', 'not', '(', ')', '[', ']', '"x"', 'pr', '.', '1', 'urn:a:b', ' '), { maxLength: 40 }).map((parts) => parts.join(' '))), (text) => {
      const parsed = parseFilter(text);
      if (parsed.ok) expect(read(shown(parsed.value).replace(/not ([^(])/g, 'not $1'))).toBeTypeOf('string');
      expect(parsePath(text)).toHaveProperty('ok');
    }), { numRuns: 400 });
  });

  test('a condition in [ ] fits as it says', () => {
    const item = { type: 'Work', value: 'a@works.example', primary: true };
    const fits = (text: string) => {
      const parsed = parseFilter(text);
      return parsed.ok && matches(parsed.value, item, USER.core.attributes.find(({ name }) => name === 'emails')?.subAttributes ?? []);
    };
    expect(['type eq "work"', 'primary eq "True"', 'value sw "A@"', 'value ew "example" and not (type eq "home")', 'display eq null', 'type ne "home"'].map(fits)).toEqual([true, true, true, true, true, true]);
    expect(['type eq "home"', 'display pr', 'value gt "b"', 'primary eq false', 'value co 1'].map(fits)).toEqual([false, false, false, false, false]);
  });
});

const ADA: Json = { userName: 'ada', displayName: 'Ada', active: true, name: { givenName: 'Ada', familyName: 'A' }, emails: [{ value: 'ada@works.example', type: 'work', primary: true }] };
const patch = (resource: Json, ...operations: object[]) => applyPatch(USER, resource, { schemas: [PATCH_SCHEMA], Operations: operations });
const after = (...operations: object[]): unknown => {
  const result = patch(ADA, ...operations);
  return result.ok ? result.value : result.scimType;
};

describe('PATCH', () => {
  test('sets, adds and removes at every form of path', () => {
    expect(after({ op: 'Replace', path: 'active', value: 'False' })).toMatchObject({ active: false });
    expect(after({ op: 'add', path: 'name.formatted', value: 'Ada A' })).toMatchObject({ name: { givenName: 'Ada', familyName: 'A', formatted: 'Ada A' } });
    expect(after({ op: 'replace', path: `${USER_SCHEMA}:title`, value: 'Chief' })).toMatchObject({ title: 'Chief' });
    expect(after({ op: 'replace', value: { 'name.givenName': 'Eda', [`${ENTERPRISE_SCHEMA}:department`]: 'Risk', active: 'true', Title: 'T' } })).toMatchObject({ name: { givenName: 'Eda', familyName: 'A' }, [ENTERPRISE_SCHEMA]: { department: 'Risk' }, title: 'T' });
    expect(after({ op: 'add', value: { [ENTERPRISE_SCHEMA]: { manager: 'boss' } } })).toMatchObject({ [ENTERPRISE_SCHEMA]: { manager: { value: 'boss' } } });
    expect(after({ op: 'replace', path: 'emails[type eq "work"].value', value: 'new@works.example' })).toMatchObject({ emails: [{ value: 'new@works.example', type: 'work', primary: true }] });
    expect(after({ op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+49 1' })).toMatchObject({ phoneNumbers: [{ type: 'mobile', value: '+49 1' }] });
    expect(after({ op: 'add', path: 'emails', value: [{ value: 'x@works.example', type: 'home', primary: true }] })).toMatchObject({ emails: [{ primary: false }, { value: 'x@works.example', primary: true }] });
    expect(after({ op: 'remove', path: 'emails[type eq "work"]' })).not.toHaveProperty('emails');
    expect(after({ op: 'remove', path: 'name.familyName' })).toMatchObject({ name: { givenName: 'Ada' } });
    expect(after({ op: 'replace', path: `${ENTERPRISE_SCHEMA}:manager`, value: '' })).not.toHaveProperty(ENTERPRISE_SCHEMA);
    expect(after({ op: 'replace', path: 'preferredLanguage', value: 'en' })).toEqual(ADA);
  });

  test.each([
    [{ op: 'remove' }, 'noTarget'], [{ op: 'remove', path: 'userName' }, 'mutability'], [{ op: 'replace', path: 'groups', value: [] }, 'mutability'], [{ op: 'replace', path: 'meta.version', value: 'x' }, 'mutability'], [{ op: 'replace', path: 'shoes', value: 1 }, 'invalidPath'],
    [{ op: 'replace', path: 'urn:x:y:title', value: 'x' }, 'invalidPath'], [{ op: 'replace', path: 'title', value: 4 }, 'invalidValue'], [{ op: 'replace', path: 'active', value: 'yes' }, 'invalidValue'], [{ op: 'move', path: 'title' }, 'invalidSyntax'], ['replace', 'invalidSyntax'],
    [{ op: 'replace', path: 'emails[type ne "work"].value', value: 'x' }, 'noTarget'], [{ op: 'replace', path: 'title[a pr]', value: 'x' }, 'invalidPath'], [{ op: 'add', path: 'title' }, 'invalidValue'], [{ op: 'add', value: 'x' }, 'invalidValue'], [{ op: 'replace', path: 'name', value: 3 }, 'invalidValue'],
  ])('%j is refused as %s, and nothing of the request is done', (operation, scimType) => {
    const before = structuredClone(ADA);
    expect(after({ op: 'replace', path: 'title', value: 'first' }, operation as object)).toBe(scimType);
    expect(ADA).toEqual(before);
  });

  const scalar = fc.oneof(
    fc.record({ op: fc.constantFrom('add', 'Replace'), path: fc.constantFrom('title', 'displayName', 'name.givenName', `${ENTERPRISE_SCHEMA}:department`, 'emails[type eq "work"].value', 'phoneNumbers[type eq "work"].value'), value: fc.string({ minLength: 1 }).map((text) => `v${text}`) }),
    fc.record({ op: fc.constant('remove'), path: fc.constantFrom('title', 'name', 'emails', 'phoneNumbers[type eq "work"]', ENTERPRISE_SCHEMA) }), fc.record({ op: fc.constant('replace'), value: fc.record({ active: fc.constantFrom(true, 'False', 'true') }) }),
  );
  test('the same twice is the same as once, and the resource that was given stays', () => {
    fc.assert(fc.property(fc.array(scalar, { minLength: 1, maxLength: 6 }), (operations) => {
      const before = structuredClone(ADA);
      const once = patch(ADA, ...operations);
      if (!once.ok) throw new Error(`${once.scimType}: ${once.detail}`);
      expect(patch(once.value, ...operations)).toEqual(once);
      expect(ADA).toEqual(before);
    }), { numRuns: 200 });
  });

  type Move = { add: boolean; who: number; form: number };
  const operationOf = ({ add, who, form }: Move): object => {
    const value = `p${who}`;
    if (add) return form === 0 ? { op: 'Add', path: 'members', value: [{ value }] } : form === 1 ? { op: 'add', value: { members: [{ value, display: 'x' }] } } : { op: 'add', path: 'members', value: { value } };
    return form === 0 ? { op: 'Remove', path: 'members', value: [{ value }] } : form === 1 ? { op: 'remove', path: `members[value eq "${value}"]` } : { op: 'remove', path: 'members', value: [{ value, $ref: null }] };
  };
  test('no member is lost or doubled, whichever form adds and removes them', () => {
    const move = fc.record({ add: fc.boolean(), who: fc.nat({ max: 6 }), form: fc.nat({ max: 2 }) });
    fc.assert(fc.property(fc.uniqueArray(fc.nat({ max: 6 })), fc.array(move, { minLength: 1, maxLength: 12 }), (start, moves) => {
      const model = new Set(start);
      for (const { add, who } of moves) if (add) model.add(who); else model.delete(who);
      const group: Json = { displayName: 'G', ...(start.length > 0 && { members: start.map((who) => ({ value: `p${who}`, type: 'User' })) }) };
      const result = applyPatch(GROUP, group, { schemas: [PATCH_SCHEMA], Operations: moves.map(operationOf) });
      const members = result.ok ? ((result.value['members'] ?? []) as Json[]).map((one) => String(one['value'])) : [];
      expect(members.toSorted()).toEqual([...model].map((who) => `p${who}`).sort());
    }), { numRuns: 300 });
  });
});

describe('whole resources', () => {
  test('are read by their schema: names in any case, what is not kept and what we say left out', () => {
    const read = readResource(USER, { schemas: [USER_SCHEMA], USERNAME: 'ada', ID: 'x', meta: {}, Active: 'True', password: 'p', shoes: 4, Emails: [{ VALUE: 'a@b.example', Primary: 'true', display: 'd' }, { type: 'home' }], [ENTERPRISE_SCHEMA.toUpperCase()]: { Department: 'D', costCenter: '1' } });
    expect(read).toEqual({ ok: true, value: { userName: 'ada', active: true, emails: [{ value: 'a@b.example', primary: true }], [ENTERPRISE_SCHEMA]: { department: 'D' } } });
    expect([readResource(USER, { schemas: [USER_SCHEMA] }), readResource(USER, { userName: 'a' }), readResource(USER, []), readResource(USER, { schemas: [USER_SCHEMA], userName: 4 })].map((one) => (one.ok ? '' : one.scimType))).toEqual(['invalidValue', 'invalidSyntax', 'invalidSyntax', 'invalidValue']);
  });

  test('are cut to what is wanted, and keep id and schemas', () => {
    const whole: Json = { schemas: [USER_SCHEMA], id: '1', userName: 'ada', name: { givenName: 'Ada', familyName: 'A' }, emails: [{ value: 'a', type: 'work' }], [ENTERPRISE_SCHEMA]: { department: 'D', manager: { value: 'm' } } };
    expect(project(USER, whole, { attributes: 'USERNAME,name.givenName,emails.value' })).toEqual({ schemas: [USER_SCHEMA], id: '1', userName: 'ada', name: { givenName: 'Ada' }, emails: [{ value: 'a' }] });
    expect(project(USER, whole, { attributes: `${ENTERPRISE_SCHEMA}:department` })).toEqual({ schemas: [USER_SCHEMA], id: '1', [ENTERPRISE_SCHEMA]: { department: 'D' } });
    expect(project(USER, whole, { excludedAttributes: `emails,name.familyName,id,${ENTERPRISE_SCHEMA}:manager` })).toEqual({ schemas: [USER_SCHEMA], id: '1', userName: 'ada', name: { givenName: 'Ada' }, [ENTERPRISE_SCHEMA]: { department: 'D' } });
    expect(project(USER, whole, {})).toEqual(whole);
  });
});
