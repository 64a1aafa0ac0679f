import { LOSS_TYPES, placesOf } from '#modules/devices/public.ts';
import { type Committed, heardBetween, readSignal } from '#modules/signals/public.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { type Running, runningRetests, settleRetest } from './retest.service.ts';
import { type Heard, isPassed, tickOff } from './rules.ts';

const LOSSES = new Set<string>(LOSS_TYPES);
/** A signal is seen when its commit is, a little after it was received; so far back is read again, and so long is waited at the end. */
const COMMITS_WITHIN_MS = 5_000;
const PAGE = 500;

type Place = { deviceId: string; sourceId: string; point: string; others: readonly string[] };

async function placesFor(ctx: Ctx, deviceIds: ReadonlySet<string>): Promise<Place[]> {
  const found = await Promise.all([...deviceIds].map(async (deviceId) => (await placesOf(ctx, deviceId)).filter(({ until }) => until === null).map(({ sourceId, point, others }) => ({ deviceId, sourceId, point, others }))));
  return found.flat();
}

function heardIn(signal: Committed, places: readonly Place[]): Heard[] {
  const own = places.filter(({ sourceId }) => sourceId === signal.sourceId);
  if (own.length === 0) return [];
  return readSignal(signal.protocol, signal.raw, signal.clear, signal.mapping).events.flatMap(({ classified: { point, type, effect } }) =>
    own.filter((place) => place.point === (point ?? '') || (place.point === '' && !place.others.includes(point ?? '')))
      .map(({ deviceId }) => ({ deviceId, at: signal.receivedAt, signalKey: signal.key, type, effect, isLoss: LOSSES.has(type) })));
}

/** What was heard of these places since a moment, page by page. */
async function heardSince(ctx: Ctx, places: readonly Place[], from: number, until: number): Promise<Heard[]> {
  const sourceIds = [...new Set(places.map(({ sourceId }) => sourceId))];
  const heard: Heard[] = [];
  for (let after: { receivedAt: string; seq: number } | null = null; ; ) {
    const page: Committed[] = await heardBetween(ctx, { from, until, after, limit: PAGE, sourceIds });
    for (const signal of page) heard.push(...heardIn(signal, places));
    const last = page.at(-1);
    if (page.length < PAGE || !last) return heard;
    after = { receivedAt: last.receivedAt, seq: last.seq };
  }
}

/** Looks through what came in for what running retests wait for. `readTo` keeps, by retest, how far it was read; a new process begins at the retest's start. Answers how many run. */
export async function watchRetests(ctx: Ctx, readTo: Map<string, number>): Promise<number> {
  const running = await runningRetests(ctx);
  const now = ctx.now().getTime();
  for (const retest of running) await watchOne(ctx, retest, readTo, now);
  for (const id of readTo.keys()) if (!running.some((one) => one.id === id)) readTo.delete(id);
  return running.length;
}

async function watchOne(ctx: Ctx, retest: Running, readTo: Map<string, number>, now: number): Promise<void> {
  const end = Date.parse(retest.until);
  const from = Math.max(Date.parse(retest.startedAt), (readTo.get(retest.id) ?? 0) - COMMITS_WITHIN_MS);
  const until = Math.min(now + 1, end);
  const places = await placesFor(ctx, new Set(retest.checks.map(({ deviceId }) => deviceId)));
  const heard = places.length === 0 || until <= from ? [] : await heardSince(ctx, places, from, until);
  const checks = tickOff(retest.checks, heard);
  // One that only a person can pass waits for that person.
  const isOver = retest.checks.length > 0 && now > end + COMMITS_WITHIN_MS;
  if (isOver || isPassed(checks) || JSON.stringify(checks) !== JSON.stringify(retest.checks)) await settleRetest(ctx, retest, checks, isOver);
  readTo.set(retest.id, now);
}
