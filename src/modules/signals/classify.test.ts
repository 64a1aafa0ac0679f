import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify, isUnverified } from './classify.ts';
import type { Classified, CodedEvent } from './classify.ts';
import { shippedMapping } from './mapping.ts';
import { NOT_UNDERSTOOD, eventTypes, typeOf } from './taxonomy.ts';

const dc03 = [...shippedMapping.dc03];
const contactId = [...shippedMapping.contactId];
const everyRow = [...dc03, ...contactId];

function known(event: CodedEvent): Classified {
  const result = classify(event);
  if (!result.ok) throw new Error(result.reason);
  return result;
}

/** Whether something can end a condition of this type, so that a restore or cancellation has a meaning. */
const canEnd = (key: string): boolean => (typeOf(key)?.restoredBy ?? []).includes(`${key}#restore`);

describe('the shipped mapping', () => {
  it('covers 326 two-letter codes and 201 Contact ID codes with each of three qualifiers', () => {
    expect(dc03).toHaveLength(326);
    expect(contactId).toHaveLength(603);
    for (const code of new Set(contactId.map(([key]) => key.slice(0, 3)))) for (const qualifier of [1, 3, 6]) expect(shippedMapping.contactId.has(`${code}:${qualifier}`)).toBe(true);
  });

  it.each(everyRow)('%s aims at a type that exists and can do what the row says', (_key, row) => {
    const type = typeOf(row.type);
    expect(type).not.toBeNull();
    if (row.effect === 'raise') expect(type?.raisesAlarm).toBe(true);
    if (row.effect === 'restore') expect(canEnd(row.type)).toBe(true);
    if (row.effect === 'restore-point') expect(type?.endsAtPoint).toContain(row.type);
    if (row.effect === 'cancel') expect(type?.withdraws).toContain(row.type);
  });

  it.each(everyRow)('%s says where its meaning is from, and why it is to be verified', (_key, row) => {
    if (row.basis !== 'table') expect(row.note).not.toBe(row.basis === 'knowledge' ? '' : null);
  });

  it('never ends at a point, nor withdraws, what has no end', () => {
    for (const type of eventTypes) for (const key of [...type.endsAtPoint, ...type.withdraws]) expect(canEnd(key)).toBe(true);
  });

  it('never raises a second alarm with qualifier 6, and never uses it for a type that its opening does not have', () => {
    for (const [key, row] of contactId.filter(([key]) => key.endsWith(':6')))
      if (row.effect === 'raise') expect(shippedMapping.contactId.get(key.replace(':6', ':1'))?.type).toBe(row.type);
  });
});

describe('classify', () => {
  it.each(dc03)('reads SIA code %s as its row says', (code, row) => {
    const result = known({ token: 'SIA-DCS', code: code === 'L_' ? 'L4' : code, number: '007', area: '2', user: '12' });
    expect(result).toMatchObject({ type: row.type, effect: row.effect, understood: true, basis: row.basis, title: row.title });
    const means = row.numberMeans;
    const point = means === 'area' ? 'area:7' : means === 'user' ? 'area:2' : ['none', 'function', 'dealer', 'message', 'manufacturer'].includes(means) ? null : `${means}:7`;
    expect(result.point).toBe(point);
    expect(result.user).toBe(means === 'user' ? '7' : '12');
    expect(result.area).toBe(means === 'area' ? '7' : '2');
  });

  it.each(contactId)('reads Contact ID %s as its row says', (key, row) => {
    const [code = '', qualifier = ''] = key.split(':');
    const result = known({ token: 'ADM-CID', code, qualifier, number: '007', area: '02' });
    expect(result).toMatchObject({ type: row.type, effect: row.effect, understood: true, basis: row.basis, stillPresent: qualifier === '6' });
    expect(result.point).toBe(row.numberMeans === 'user' ? 'area:2' : `${row.numberMeans}:7`);
    expect(result.user).toBe(row.numberMeans === 'user' ? '7' : null);
  });

  it('takes all zeros as no number, no area and no user', () => {
    expect(known({ token: 'ADM-CID', code: '130', qualifier: 1, number: '000', area: '00' })).toMatchObject({ point: null, area: null, user: null });
    expect(known({ token: 'ADM-CID', code: '401', qualifier: 3, number: '000', area: '00' })).toMatchObject({ point: null, user: null, type: 'intrusion.armed' });
  });

  it('gives the same place to an opening and its restore, however they are padded', () => {
    expect(known({ token: 'SIA-DCS', code: 'BA', number: '3' }).point).toBe(known({ token: 'SIA-DCS', code: 'BR', number: '0003' }).point);
    expect(known({ token: 'ADM-CID', code: '130', qualifier: 1, number: 3 }).point).toBe(known({ token: 'SIA-DCS', code: 'BA', number: '03' }).point);
  });

  it('raises a code that it does not know as not understood, each code at a place of its own', () => {
    const a = known({ token: 'SIA-DCS', code: 'qx', number: '5' });
    const b = known({ token: 'ADM-CID', code: '999', qualifier: 1, number: '5' });
    expect(a).toMatchObject({ type: NOT_UNDERSTOOD, effect: 'raise', understood: false, point: 'code:QX' });
    expect(b).toMatchObject({ type: NOT_UNDERSTOOD, point: 'code:999' });
    expect(b.title).toBe('ADM-CID code 999 qualifier 1');
  });

  it('raises a known Contact ID code with a qualifier that does not exist as not understood', () => {
    expect(known({ token: 'ADM-CID', code: '130', qualifier: 2, number: '5' }).type).toBe(NOT_UNDERSTOOD);
    expect(known({ token: 'ADM-CID', code: '130', number: '5' }).title).toBe('ADM-CID code 130 qualifier missing');
  });

  it('refuses an event without a code', () => {
    expect(classify({ token: 'SIA-DCS', code: '  ' })).toEqual({ ok: false, reason: 'The event has no code.' });
  });

  it('marks what stands in no published table as unverified', () => {
    expect(isUnverified(known({ token: 'ADM-CID', code: '115', qualifier: 1, number: '1' }).basis)).toBe(true);
    expect(isUnverified(known({ token: 'SIA-DCS', code: 'BA', number: '1' }).basis)).toBe(false);
  });

  it('uses the mapping that it is given', () => {
    const own = { version: 'own', contactId: new Map(), dc03: new Map([['QX', { title: 'Own', numberMeans: 'door' as const, type: 'access.forced', effect: 'raise' as const, basis: 'vendor' as const, note: 'ours' }]]) };
    expect(classify({ token: 'SIA-DCS', code: 'QX', number: 4 }, own)).toMatchObject({ type: 'access.forced', point: 'door:4', mappingVersion: 'own' });
  });

  it('answers for anything a wire can carry, and always with a type that exists', () => {
    const text = fc.option(fc.oneof(fc.string(), fc.integer()), { nil: undefined });
    fc.assert(
      fc.property(fc.constantFrom('SIA-DCS' as const, 'ADM-CID' as const), fc.string(), text, text, text, text, (token, code, qualifier, number, area, user) => {
        const result = classify({ token, code, qualifier, number, area, user });
        return result.ok ? typeOf(result.type) !== null && result.point !== '' : code.trim() === '';
      }),
    );
  });
});
