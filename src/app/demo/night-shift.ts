import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import { Problem } from '#platform/kernel/problem.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';
import { acknowledge, close, listAlarms } from '#modules/alarms/alarms.service.ts';
import type { Alarm } from '#modules/alarms/contract.ts';
import { findAccount } from '#modules/identity/accounts.service.ts';
import { listSources } from '#modules/signals/sources.service.ts';
import { readSignal, typeOf } from '#modules/signals/public.ts';
import { encodeFrame } from '#connectors/sia-dc09/encode.ts';
import { demo } from './content.ts';
import { followProcedures } from './follow-procedures.ts';
import { findingOf } from './fortnight.ts';
import { liveSignals } from './live.ts';
import { operatorFor, planPeople } from './organisation.ts';
import { randomFrom } from './random.ts';

const kernel = store<Record<never, never>>('platform');
const MINUTE_MS = 60_000;
/** A visitor has so long for each alarm before the night shift takes it. */
const LEFT_TO_VISITOR_MS = 4 * MINUTE_MS;
const VISITED_FOR_MS = 30 * MINUTE_MS;
const ANSWERED_WITHIN_S = { 1: 12, 2: 45, 3: 100, 4: 280 } as const;
const CLOSED_AFTER_RETURN_MS = 90_000;
const CLOSED_AT_THE_LATEST_MS = 20 * MINUTE_MS;
const SIGNALS_TO_KNOW_ALL_PLACES = 5_000;
const MOST = 200;

/** Who works while nobody does: operators of the demonstration whose sign-in nobody was given, so that no visitor is one of them. */
export type NightShift = { db: Database; operators: ReadonlyMap<string, Ctx>; places: ReadonlySet<string>; sources: ReadonlyMap<string, string>; since: string };

/** What was done in one look at the queue. */
export type Rounds = { acknowledged: number; closed: number };

/** Finds the operators and which alarms are of the simulator: of the points that it rings, and raised after `since`. */
export async function openNightShift(db: Database, { seed, since }: { seed: string; since: string }): Promise<NightShift> {
  const door = await actAs(db, SERVICE.frontDoor);
  const operators = new Map<string, Ctx>();
  for (const person of planPeople()) {
    if (person.signIn || !person.grants.some((grant) => grant.role === 'gsoc-operator')) continue;
    const account = await findAccount(door, person.email).catch(() => null);
    if (account) operators.set(person.key, await actAs(db, account.personId, undefined, 'night shift'));
  }
  const { items } = await listSources(await actAs(db, SERVICE.correlator), { limit: MOST });
  return { db, operators, places: placesOf(seed), sources: new Map(items.map((source) => [source.id, source.account])), since };
}

function placesOf(seed: string): Set<string> {
  const signals = liveSignals(seed);
  const frames = new Map<string, Buffer>();
  for (let i = 0; i < SIGNALS_TO_KNOW_ALL_PLACES; i++) {
    const { account, token, data, raises } = signals.next().value;
    if (raises) frames.set(`${account} ${data}`, encodeFrame({ token, sequence: 1, account, data }));
  }
  return new Set([...frames].flatMap(([key, raw]) => readSignal('dc09', raw).events.map(({ classified }) => placeOf(key.split(' ')[0], classified))));
}

/**
 * Looks at the queue once: answers simulated alarms that nobody took in time, and closes its own when they are over.
 * What anybody else touched, and what the simulator did not raise, is left alone.
 */
export async function walkRounds(shift: NightShift, now = new Date()): Promise<Rounds> {
  const reader = await actAs(shift.db, SERVICE.correlator);
  const { items } = await listAlarms(reader, { state: 'open', limit: MOST });
  const ours = items.filter((alarm) => isSimulated(shift, alarm) && isUntouched(shift, alarm));
  const isVisited = ours.length > 0 && (await wasVisited(shift, now));
  const rounds = { acknowledged: 0, closed: 0 };
  for (const alarm of ours) {
    const by = ownerOf(shift, alarm) ?? onDuty(shift, now);
    if (!by) continue;
    if (alarm.handling === 'unacknowledged' && now.getTime() >= answerAt(alarm, isVisited)) rounds.acknowledged += await count(acknowledge(by, { id: alarm.id }));
    else if (alarm.handling === 'acknowledged' && isOver(alarm, now)) rounds.closed += await count(followProcedures(by, alarm.id).then(() => close(by, { id: alarm.id, ...findingFor(alarm), handedTo: null, duplicateOf: null })));
  }
  return rounds;
}

const placeOf = (account: string | undefined, { type, point }: { type: string; point: string | null }): string => `${account ?? ''} ${type} ${point ?? ''}`;

const isSimulated = ({ places, sources, since }: NightShift, alarm: Alarm): boolean => Date.parse(alarm.raisedAt) > Date.parse(since) && places.has(placeOf(sources.get(alarm.sourceId ?? ''), alarm));

const isUntouched = (shift: NightShift, alarm: Alarm): boolean =>
  alarm.handling !== 'shelved' && alarm.incidentId === null && (alarm.ownerId === null || ownerOf(shift, alarm) !== undefined);

const ownerOf = ({ operators }: NightShift, { ownerId }: Alarm): Ctx | undefined => [...operators.values()].find((operator) => operator.personId === ownerId);

/** The operator on shift for either centre, else anybody of the night shift. */
function onDuty({ operators }: NightShift, now: Date): Ctx | undefined {
  const keys = new Set(demo.sites.map((site) => operatorFor(site, now)));
  return [...operators].find(([key]) => keys.has(key))?.[1] ?? [...operators.values()][0];
}

/** Did anybody sign in, or do something about an alarm, within the last half hour? */
async function wasVisited({ db, operators }: NightShift, now: Date): Promise<boolean> {
  const door = await actAs(db, SERVICE.frontDoor);
  const since = new Date(now.getTime() - VISITED_FOR_MS).toISOString();
  const session = await kernel.read(door, 'identity:sessions').selectFrom('access.session').select('id').where('kind', '=', 'browser').where('createdAt', '>', since).limit(1).executeTakeFirst();
  if (session) return true;
  const own = new Set([...operators.values()].map((operator) => operator.personId));
  const { items } = await listAlarms(await actAs(db, SERVICE.correlator), { state: 'all', from: since, limit: MOST });
  return items.some((alarm) => [alarm.acknowledgedBy, alarm.closedBy, alarm.ownerId].some((id) => id !== null && !own.has(id)));
}

function answerAt({ id, raisedAt, priority }: Alarm, isVisited: boolean): number {
  const target = ANSWERED_WITHIN_S[priority as keyof typeof ANSWERED_WITHIN_S] ?? ANSWERED_WITHIN_S[4];
  const usual = (0.3 + 0.7 * randomFrom(id).next()) * target * 1000;
  return Date.parse(raisedAt) + (isVisited ? LEFT_TO_VISITOR_MS : usual);
}

const isOver = ({ isActive, returnedAt, raisedAt }: Alarm, now: Date): boolean =>
  isActive || returnedAt === null ? now.getTime() - Date.parse(raisedAt) > CLOSED_AT_THE_LATEST_MS : now.getTime() - Date.parse(returnedAt) > CLOSED_AFTER_RETURN_MS;

function findingFor({ id, type, isActive }: Alarm): { disposition: string; cause: string | null; note: string | null } {
  const kind = typeOf(type);
  const finding = kind ? findingOf(kind, randomFrom(id)) : { disposition: 'no-finding', cause: null };
  return { ...finding, note: isActive ? 'Seen to on the spot; the device was reset later.' : null };
}

/** One where the product did it, none where somebody was quicker. */
const count = (done: Promise<unknown>): Promise<number> =>
  done.then(() => 1, (error: unknown) => {
    if (error instanceof Problem && error.status < 500) return 0;
    throw error;
  });
