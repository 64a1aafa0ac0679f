import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '#platform/kernel/store.ts';
import { type SignalDetail, signalsByKey, typeOf } from '#modules/signals/public.ts';
import { type AlarmRow, ROW, stateColumns, type Tx } from './alarm-row.ts';
import type { AlarmKind } from './conditions.ts';
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
  const keys = [...new Set(found.flatMap(({ because }) => because.slice(-MOST_LINKED).map(keyOfRef)))];
  const signals = await signalsByKey(ctx, keys);
  return new Map(signals.map((signal) => [signal.id, signal]));
}

const conditionOf = ({ ruleId }: InForce, { key }: Found): string => `rule:${ruleId}|${key}`;

/** What rules over several signals found becomes raised, repeated and ended alarms of theirs, and signals noted as held. */
export async function applyFound(tx: Tx, { found, versions, clock }: Sighting, faces: Faces, working: Workbench, links: Link[]): Promise<void> {
  await noteHeld(tx, found, faces);
  const met = found.filter(({ effect }) => effect !== 'hold');
  const keys = new Set(met.flatMap((one) => { const version = versions.get(one.versionId); return version ? [conditionOf(version, one)] : []; }));
  await addOpen(tx, [...keys], working);
  const open = new Map(working.all.filter(({ row }) => row.handling !== 'closed').map((alarm) => [alarm.row.conditionKey, alarm]));
  for (const one of met) {
    const version = versions.get(one.versionId);
    const last = faces.get(keyOfRef(one.because.at(-1) ?? ''));
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
    const fresh = { row, before: null, verbs: new Set<string>(), isDirty: false };
    working.add(fresh);
    open.set(key, fresh);
    links.push(...linksOf(row.id, one, faces));
  }
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
  const kind = definition.kind === 'suppress' ? null : typeOf(definition.result);
  if (definition.kind === 'suppress' || !kind) return null;
  const own: AlarmKind = { ...kind, priority: (definition.priority ?? kind.priority) as AlarmKind['priority'] };
  const event = last.events[eventOfRef(found.because.at(-1) ?? '')];
  return {
    ...stateColumns(raised(own)), id: uuidv7(), number: '', siteId: last.siteId, conditionKey: key, type: kind.key, title: name, priority: own.priority ?? 4,
    sourceId: last.source, sourceName: last.sourceName, point: event?.point ?? null, area: event?.area ?? null, raisedAt: new Date(found.at).toISOString(), knownAt, lastAt: knownAt, ...dueTimes(own, knownAt),
    disposition: null, cause: null, note: null, handedTo: null, duplicateOf: null, incidentId: null, incidentNumber: null, ruleVersionId: id, isSimulated, version: 1,
  };
}

/** An alarm to which one real signal contributed is a real one. */
const isInvented = ({ because }: Found, faces: Faces): boolean => because.slice(-MOST_LINKED).every((ref) => faces.get(keyOfRef(ref))?.isSimulated === true);

async function noteHeld(tx: Tx, found: readonly Found[], faces: Faces): Promise<void> {
  const rows = found.flatMap(({ effect, because, versionId, at }) => {
    const signalKey = keyOfRef(because.at(-1) ?? '');
    const signal = faces.get(signalKey);
    return effect === 'hold' && signal ? [{ id: uuidv7(), signalKey, ruleVersionId: versionId, siteId: signal.siteId, at: new Date(at).toISOString() }] : [];
  });
  if (rows.length > 0) await tx.insertInto('alarms.heldSignal').values(rows).execute();
}
