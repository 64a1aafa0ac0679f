import type { Match, Rule } from '#engines/correlation/rule.ts';
import type { Signal } from '#engines/correlation/entry.ts';
import { type AlarmKind, neverSuppressed, type SignalFact } from './conditions.ts';
import type { Definition, Place } from './correlation-rules.ts';

const END = /#restore$/;
const ENDS = ['restore', 'restore-point'] as const;
const EVERY = ['raise', 'restore', 'restore-point', 'cancel', 'note'] as const;
/** Exercise and reality at one site are two scenes, so that neither explains, holds or meets with the other; sources are one or the other whole. */
const FIELD = { site: 'scene', source: 'source', area: 'area', near: 'scene', point: 'zone' } as const satisfies Record<Place, string>;

/** A device that names no point is held by itself. */
const deviceBy = (place: Place) => [place === 'point' ? 'device' : FIELD[place]] as const;

/** What the shipped taxonomy knows of a type, as a rule needs it. */
export type TypeOf = (key: string) => AlarmKind | null;

const match = (types: readonly string[]): Match => (types.some((type) => END.test(type)) ? { types: types.map((type) => type.replace(END, '')), effects: ENDS } : { types });

/** What ends a condition of these types: their own ends, and the types whose mere arrival does. */
function closing(types: readonly string[], typeOf: TypeOf): Match {
  const others = types.flatMap((type) => typeOf(type)?.restoredBy ?? []).map((key) => key.replace(END, ''));
  return { types: [...new Set([...types, ...others])], effects: [...ENDS, 'cancel', 'note'] };
}

/** The rule as the engine takes it; the version's own id names it, so that each keeps a state of its own. */
export function engineRule({ id, n, name, definition: rule }: { id: string; n: number; name: string; definition: Definition }, typeOf: TypeOf): Rule {
  const common = { id, version: n, title: name, withinMs: rule.withinS * 1000, by: [FIELD[rule.place]] } as const;
  if (rule.kind === 'suppress') return { ...common, kind: 'suppress', cause: match(rule.cause), hold: { types: rule.held, effects: ['raise'] }, ...(rule.until?.length && { until: match(rule.until) }), as: 'hold' };
  if (rule.kind === 'deduplicate') return { ...common, by: deviceBy(rule.place), kind: 'deduplicate', of: { types: rule.types, effects: ['raise'] }, from: rule.from };
  const raises = rule.result;
  if (rule.kind === 'runaway') return { ...common, by: deviceBy(rule.place), kind: 'runaway', raises, of: { types: rule.types, effects: ['raise'] }, count: rule.count };
  if (rule.kind === 'silence') return { ...common, kind: 'silence', raises, of: { types: rule.types, effects: EVERY } };
  if (rule.kind === 'threshold') return { ...common, kind: 'threshold', raises, of: match(rule.types), count: rule.count };
  if (rule.kind === 'points') return { ...common, kind: 'confirmation', raises, of: [match(rule.types)], atLeast: rule.count, differing: 'zone' };
  if (rule.kind === 'missing') return { ...common, kind: 'absence', raises, after: match(rule.first), expect: match(rule.then) };
  if (rule.kind === 'lasting') return { ...common, kind: 'pair', raises, opens: { types: rule.types, effects: ['raise'] }, closes: closing(rule.types, typeOf) };
  if (rule.inOrder) return { ...common, kind: 'sequence', raises, steps: rule.steps.map(match), ...(rule.place === 'near' && { near: 'same-or-adjacent' as const }) };
  return { ...common, kind: 'confirmation', raises, of: rule.steps.map(match), atLeast: rule.steps.length, differing: 'part' };
}

/** One event of a stored signal, as the engine takes it. */
export type Heard = { seq: number; n: number; key: string; occurredAt: string; receivedAt: string; isSimulated: boolean; fact: SignalFact };

const TRUSTED_MS = 300_000;

/** Names the event; of two at the same time the one that was stored first comes first. */
export const refOf = ({ seq, n, key }: Pick<Heard, 'seq' | 'n' | 'key'>): string => `${String(seq).padStart(16, '0')}.${n}.${key}`;

/** The signal that a ref names. */
export const keyOfRef = (ref: string | number): string => String(ref).split('.')[2] ?? '';
export const eventOfRef = (ref: string | number): number => Number(String(ref).split('.')[1] ?? 0);

/** Names what hangs at a point of a source, or the source itself where it names no point. */
export const deviceKey = (sourceId: string, point: string | null): string => `${sourceId} ${point ?? ''}`;
/** Names a point as rules compare places. */
export const zoneKey = (sourceId: string, point: string): string => `${sourceId} ${point}`;

/** A time further than five minutes from when we heard it is not counted with. Areas and points are their device's own. */
export function signalOf(heard: Heard): Signal {
  const { fact, occurredAt, receivedAt, isSimulated } = heard;
  const [at, knownAt] = [Date.parse(occurredAt), Date.parse(receivedAt)];
  return {
    ref: refOf(heard), at: Math.abs(at - knownAt) > TRUSTED_MS ? knownAt : at, knownAt, type: fact.kind.key, effect: fact.effect, site: fact.siteId, scene: isSimulated && fact.siteId !== null ? `simulated ${fact.siteId}` : fact.siteId, source: fact.sourceId, device: deviceKey(fact.sourceId, fact.point),
    area: `${fact.sourceId} ${fact.area ?? ''}`, zone: fact.point === null ? null : zoneKey(fact.sourceId, fact.point),
  };
}

/** Duress, hold-up, fire and medical among these types. */
export const vitalTypes = (kinds: Iterable<AlarmKind>): string[] => [...kinds].filter(neverSuppressed).map(({ key }) => key);
