import { v7 as uuidv7 } from 'uuid';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { type SignalDetail, signalsByKey, typeOf } from '#modules/signals/public.ts';
import { type AlarmRow, ROW, stateColumns, type Tx } from './alarm-row.ts';
import type { AlarmKind } from './conditions.ts';
import { writeRunaways } from './controls-write.ts';
import { raisesOwn } from './correlation-rules.ts';
import type { Found } from './correlation.ts';
import { eventOfRef, keyOfRef } from './engine-rules.ts';
import type { InForce, Sighting } from './rule-watch.ts';
import { dueTimes, raised } from './rules.ts';
import { change, type Link, type Workbench } from './workbench.ts';

/** Where a rule was met: what its last signal says. */
export type Faces = ReadonlyMap<string, SignalDetail>;

const MOST_LINKED = 50;

/** The signals that rules were met by, by key. */
export async function facesOf(ctx: Ctx, found: readonly Found[]): Promise<Faces> {
  const keys = [...new Set(found.flatMap(({ effect, because }) => (effect === 'hold' ? [] : because.slice(-MOST_LINKED).map(keyOfRef).filter((key) => key !== ''))))];
  const signals = await signalsByKey(ctx, keys);
  return new Map(signals.map((signal) => [signal.id, signal]));
}

const conditionOf = ({ ruleId }: InForce, { key }: Found): string => `rule:${ruleId}|${key}`;

/** What rules over several signals found becomes raised, repeated and ended alarms of theirs, and signals noted as held. */
export async function applyFound(tx: Tx, { found, versions, clock }: Sighting, { faces, onTestOf }: { faces: Faces; onTestOf: (signalKey: string, event: number) => string | null }, working: Workbench, links: Link[]): Promise<Change<{ id: string }>[]> {
  const met = found.filter(({ effect }) => effect !== 'hold');
  const keys = new Set(met.flatMap((one) => { const version = versions.get(one.versionId); return version ? [conditionOf(version, one)] : []; }));
  await addOpen(tx, [...keys], working);
  const open = new Map(working.all.filter(({ row }) => row.handling !== 'closed').map((alarm) => [alarm.row.conditionKey, alarm]));
  for (const one of met) {
    const version = versions.get(one.versionId);
    const ref = one.because.findLast((because) => faces.has(keyOfRef(because))) ?? '';
    const last = faces.get(keyOfRef(ref));
    if (!version || !last) continue;
    const key = conditionOf(version, one);
    const alarm = open.get(key);
    const at = new Date(one.at).toISOString();
    const heard = { key: last.id, receivedAt: new Date(clock).toISOString() };
    if (alarm && alarm.row.handling !== 'closed') {
      change(alarm, one.effect === 'restore' ? 'return' : 'repeat', heard, at, links);
      continue;
    }
    if (one.effect === 'restore') continue;
    const row = alarmOf(version, key, last, one, heard.receivedAt, isInvented(one, faces));
    if (!row) continue;
    row.onTestId = onTestOf(last.id, eventOfRef(ref));
    const fresh = { row, before: null, verbs: new Set<string>(), isDirty: false };
    working.add(fresh);
    open.set(key, fresh);
    links.push(...linksOf(row.id, one, faces));
  }
  return writeRunaways(tx, met.flatMap((one) => {
    const [version, face, event] = [versions.get(one.versionId), faces.get(keyOfRef(one.because.at(-1) ?? '')), eventOfRef(one.because.at(-1) ?? '')];
    return one.effect === 'raise' && version?.definition.kind === 'runaway' && face ? [{ ...one, face: { siteId: face.siteId, source: face.source, sourceName: face.sourceName, point: version.definition.place === 'point' ? (face.events[event]?.point ?? null) : null } }] : [];
  }));
}

const linksOf = (alarmId: string, { because }: Found, faces: Faces): Link[] =>
  [...new Set(because.slice(-MOST_LINKED).map(keyOfRef))].flatMap((signalKey) => { const signal = faces.get(signalKey); return signal ? [{ alarmId, signalKey, effect: 'raise' as const, at: signal.receivedAt }] : []; });

/** Open alarms of these conditions join those of the step, if they are not among them. */
async function addOpen(tx: Tx, keys: readonly string[], working: Workbench): Promise<void> {
  if (keys.length === 0) return;
  const rows = (await tx.selectFrom('alarms.alarm').select(ROW).where('conditionKey', 'in', [...keys]).where('handling', '<>', 'closed').orderBy('id').forUpdate().execute()) as AlarmRow[];
  const known = new Set(working.all.map(({ row }) => row.id));
  for (const row of rows) if (!known.has(row.id)) working.add({ row, before: row, verbs: new Set(), isDirty: false });
}

/** The alarm of a rule that was met: called by the rule, where its last signal was. */
function alarmOf({ id, name, definition }: InForce, key: string, last: SignalDetail, found: Found, knownAt: string, isSimulated: boolean): AlarmRow | null {
  const kind = raisesOwn(definition) ? typeOf(definition.result) : null;
  if (!raisesOwn(definition) || !kind) return null;
  const own: AlarmKind = { ...kind, priority: (definition.priority ?? kind.priority) as AlarmKind['priority'] };
  const event = last.events[eventOfRef(found.because.at(-1) ?? '')];
  return {
    ...stateColumns(raised(own)), id: uuidv7(), number: '', siteId: last.siteId, conditionKey: key, type: kind.key, title: name, priority: own.priority ?? 4,
    sourceId: last.source, sourceName: last.sourceName, point: event?.point ?? null, area: event?.area ?? null, raisedAt: new Date(found.at).toISOString(), knownAt, lastAt: knownAt, ...dueTimes(own, knownAt),
    disposition: null, cause: null, note: null, handedTo: null, duplicateOf: null, incidentId: null, incidentNumber: null, ruleVersionId: id, onTestId: null, isSimulated, version: 1,
  };
}

/** An alarm to which one real signal contributed is a real one. */
const isInvented = ({ because }: Found, faces: Faces): boolean => because.slice(-MOST_LINKED).every((ref) => faces.get(keyOfRef(ref))?.isSimulated === true);
