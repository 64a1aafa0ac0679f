import { describe, expect, it } from 'vitest';
import { decide, factOf, neverSuppressed, raised, shelve } from '#modules/alarms/rules.ts';
import type { OpenCondition, Outcome } from '#modules/alarms/rules.ts';
import { classify } from '#modules/signals/classify.ts';
import type { CodedEvent } from '#modules/signals/classify.ts';
import { shippedMapping } from '#modules/signals/mapping.ts';
import { eventTypes, typeOf } from '#modules/signals/taxonomy.ts';

const origin = { siteId: 'site', sourceId: 'panel' };
const everyCode: CodedEvent[] = [
  ...[...shippedMapping.dc03.keys()].map((code): CodedEvent => ({ token: 'SIA-DCS', code: code === 'L_' ? 'L4' : code, number: 7, area: 2 })),
  ...[...shippedMapping.contactId.keys()].map((key): CodedEvent => ({ token: 'ADM-CID', code: key.slice(0, 3), qualifier: key.slice(4), number: 7, area: 2 })),
];

function fact(event: CodedEvent) {
  const signal = classify(event);
  const kind = signal.ok ? typeOf(signal.type) : null;
  if (!signal.ok || !kind) throw new Error(`${event.code} has no type`);
  return factOf(signal, kind, origin);
}

function openedBy(event: CodedEvent): OpenCondition {
  const signal = fact(event);
  return { id: 'open', kind: signal.kind, sourceId: 'panel', point: signal.point, area: signal.area };
}

const doing = (outcomes: readonly Outcome[]): string[] => outcomes.map((outcome) => outcome.do);

describe('the shipped codes under the single-signal rules', () => {
  it.each(everyCode.filter((event) => fact(event).effect === 'raise').map((event) => [`${event.token} ${event.code} ${event.qualifier ?? ''}`, event] as const))(
    '%s raises one alarm, and folds into it the second time',
    (_name, event) => {
      expect(doing(decide(fact(event), []))).toEqual(['raise']);
      expect(doing(decide(fact(event), [openedBy(event)]))).toEqual(['repeat']);
    },
  );

  it.each(everyCode.filter((event) => fact(event).effect !== 'raise').map((event) => [`${event.token} ${event.code} ${event.qualifier ?? ''}`, event] as const))('%s raises nothing', (_name, event) => {
    expect(doing(decide(fact(event), []))).toEqual(['journal']);
  });

  const pairs = [...shippedMapping.contactId].filter(([key, row]) => key.endsWith(':3') && row.effect === 'restore').map(([key]) => key.slice(0, 3)).filter((code) => code !== '465');
  it.each(pairs)('Contact ID %s: qualifier 3 ends what qualifier 1 opened', (code) => {
    const opening: CodedEvent = { token: 'ADM-CID', code, qualifier: 1, number: 7, area: 2 };
    expect(fact(opening).effect).toBe('raise');
    expect(decide(fact({ ...opening, qualifier: 3 }), [openedBy(opening)])).toEqual([{ do: 'return', id: 'open' }]);
  });

  it('Contact ID 465: a user’s panic reset ends the panic of the area', () => {
    const panic = openedBy({ token: 'ADM-CID', code: '120', qualifier: 1, number: 5, area: 2 });
    expect(decide(fact({ token: 'ADM-CID', code: '465', qualifier: 1, number: 9, area: 2 }), [panic])).toEqual([{ do: 'return', id: 'open' }]);
    expect(doing(decide(fact({ token: 'ADM-CID', code: '465', qualifier: 1, number: 9, area: 3 }), [panic]))).toEqual(['journal']);
  });

  it.each([['BA', 'BR'], ['BA', 'BH'], ['BT', 'BR'], ['DF', 'DR'], ['DL', 'DR'], ['DL', 'DH'], ['FA', 'FR'], ['FT', 'FR'], ['HA', 'HR'], ['PA', 'PR'], ['MA', 'MR'], ['GA', 'GR'], ['WA', 'WR'], ['TA', 'TR'], ['TA', 'TH'], ['TT', 'TJ'], ['PF', 'PO'], ['XL', 'XC'], ['AT', 'AR'], ['YT', 'YR'], ['CI', 'CL'], ['OI', 'OP']])(
    'SIA %s is ended by %s at the same place',
    (opening, restoring) => {
      const open = openedBy({ token: 'SIA-DCS', code: opening, number: opening === 'CI' || opening === 'OI' ? 2 : 7, area: 2 });
      expect(decide(fact({ token: 'SIA-DCS', code: restoring, number: 7, area: 2 }), [open])).toEqual([{ do: 'return', id: 'open' }]);
    },
  );

  it.each([['BC', 7], ['OC', 7]])('SIA %s of a user withdraws the break-in of that area and no fire', (code, user) => {
    const burglary = openedBy({ token: 'SIA-DCS', code: 'BA', number: 5, area: 2 });
    const fire = openedBy({ token: 'SIA-DCS', code: 'FA', number: 6, area: 2 });
    expect(decide(fact({ token: 'SIA-DCS', code, number: user, area: 2 }), [burglary, fire])).toEqual([{ do: 'withdraw', id: 'open', ends: true }]);
  });
});

describe('what is never suppressed', () => {
  const boss = { personId: 'boss', mayHandle: true, mayClose: true, maySupervise: true };
  const now = new Date('2026-11-20T12:00:00Z');
  const vital = eventTypes.filter((type) => type.raisesAlarm && (type.profile.key === 'fast' || ((type.family === 'duress' || type.family === 'fire') && (type.priority ?? 4) <= 2)));

  it.each(vital.map((type) => [type.key, type] as const))('%s cannot be shelved, even by a supervisor', (_key, type) => {
    expect(neverSuppressed(type)).toBe(true);
    expect(shelve(raised(type), boss, { until: new Date('2026-11-20T13:00:00Z'), reason: 'works' }, now)).toMatchObject({ ok: false, code: 'alarms.never_shelved' });
  });

  it('covers every duress, hold-up, fire and medical type that needs a person at once', () => {
    const keys = new Set(vital.map((type) => type.key));
    for (const key of ['duress.panic', 'duress.holdup', 'duress.code', 'duress.emergency', 'duress.medical', 'duress.assailant', 'duress.bomb-threat', 'fire.alarm', 'fire.unverified', 'fire.manual', 'fire.heat', 'fire.flow', 'fire.aed', 'video.fall', 'guard.sos']) expect(keys).toContain(key);
  });
});
