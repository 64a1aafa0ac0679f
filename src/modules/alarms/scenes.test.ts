import { expect, test } from 'vitest';
import { typeOf } from '#modules/signals/public.ts';
import { Correlation } from './correlation.ts';
import type { Definition } from './correlation-rules.ts';
import type { Heard } from './engine-rules.ts';

const AT = Date.UTC(2026, 10, 22, 8);
let seq = 0;

/** A signal of a type at one site, so many seconds after the first. */
function heard(type: string, afterS: number, isSimulated: boolean): Heard {
  const kind = typeOf(type);
  if (!kind) throw new RangeError(type);
  const at = new Date(AT + afterS * 1000).toISOString();
  seq += 1;
  return { seq, n: 0, key: `s${seq}`, occurredAt: at, receivedAt: at, isSimulated, fact: { kind, effect: 'raise', siteId: 'site', sourceId: isSimulated ? 'played' : 'real', point: 'zone:1', area: null, isAreaWide: false, stillPresent: false } };
}

const by = (definition: Definition): Correlation => Correlation.begin([{ id: 'rule', n: 1, name: 'Rule', definition }], AT);
const END = AT + 600_000;

test('a cause that is only played explains no real alarm, and a real cause no played one; each explains its own', () => {
  const explained: Definition = { kind: 'suppress', cause: ['environment.power-site'], held: ['equipment.mains-lost'], withinS: 300, place: 'site' };
  const heldOf = (cause: boolean, alarm: boolean) => by(explained).take([heard('environment.power-site', 0, cause), heard('equipment.mains-lost', 20, alarm)], END).filter(({ effect }) => effect === 'hold').length;
  expect([heldOf(true, false), heldOf(false, true), heldOf(true, true), heldOf(false, false)]).toEqual([0, 0, 1, 1]);
});

test('what is played and what is real meet no rule together', () => {
  const twice: Definition = { kind: 'threshold', types: ['access.forced'], count: 2, withinS: 300, place: 'site', result: 'intrusion.confirmed', priority: null };
  const metBy = (...played: boolean[]) => by(twice).take(played.map((isSimulated, i) => heard('access.forced', i * 10, isSimulated)), END).filter(({ effect }) => effect === 'raise').length;
  expect([metBy(true, false), metBy(true, true), metBy(false, false), metBy(true, false, true, false)]).toEqual([0, 1, 1, 2]);
});

test('a site on test holds what is played there as what is real', () => {
  const watch = by({ kind: 'threshold', types: ['access.forced'], count: 9, withinS: 60, place: 'site', result: 'intrusion.confirmed', priority: null });
  watch.control({ control: 'begin', ref: 'c', at: AT, id: 'c', mode: 'test', field: 'site', value: 'site', until: END });
  expect(watch.take([heard('access.forced', 1, true), heard('access.forced', 2, false)], END).filter(({ why }) => why === 'test')).toHaveLength(2);
});
