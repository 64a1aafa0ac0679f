import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { demonstrationOf, markDemonstrationLoaded } from '#modules/identity/demonstration.service.ts';
import { activateAll } from '#modules/procedures/in-force.service.ts';
import { found, makeCast } from './load-cast.ts';
import { loadCommand } from './load-command.ts';
import { loadDevices } from './load-devices.ts';
import { playFortnight } from './load-fortnight.ts';
import { loadDestination } from './load-destination.ts';
import { loadExercises } from './load-exercises.ts';
import { loadContinuity } from './load-continuity.ts';
import { loadFloor } from './load-floor.ts';
import { loadHistory } from './load-history.ts';
import { loadNotices } from './load-notices.ts';
import { loadOnTest } from './load-on-test.ts';
import { loadPaths } from './load-paths.ts';
import { loadRequests } from './load-requests.ts';
import { loadCases } from './load-cases.ts';
import { loadComments } from './load-comments.ts';
import { loadPacks } from './load-packs.ts';
import { loadReviews } from './load-reviews.ts';
import { loadWorkOrders } from './load-work-orders.ts';
import { loadRegister } from './load-register.ts';
import { loadRules } from './load-rules.ts';
import { loadShifts } from './load-shifts.ts';
import { loadWires } from './load-wires.ts';
import { Once } from './once.ts';
import { planDemo } from './plan.ts';
import { SEED } from './seed.ts';

const SETTLED_BEFORE_MS = 3_600_000;
const CONNECTIONS = 8;
/** Who puts the shipped procedures in force, alone: the demonstration begins with it. */
const DEPUTY = 'p02';

export type LoadOptions = {
  /** The plain login's address of a migrated database. */
  url: string;
  /** Where the sign-ins are written. */
  dataDir: string;
  now?: Date;
};

/** `done` is false where there was nothing to do: the organisation is a real one, or was loaded whole before. */
export type Loaded = { done: false } | { done: true; isResumed: boolean; alarms: number; incidents: number; steps: number; refused: string[]; tookMs: number };

/**
 * Makes the demonstration organisation in an empty database. One that a kill cut is gone on with, without doubles: the plan
 * is the same for its moment, which is when the organisation was founded, and each part knows what it did.
 */
export async function loadDemonstration({ url, dataDir, now = new Date() }: LoadOptions): Promise<Loaded> {
  const began = performance.now();
  const db = openDatabase({ url, max: CONNECTIONS, name: 'parapet demonstration' });
  try {
    const door = await actAs(db, SERVICE.frontDoor, undefined, 'demonstration');
    const before = await demonstrationOf(door);
    if (before && (!before.isDemo || before.loadedAt !== null || before.endedAt !== null)) return { done: false };
    const plan = planDemo({ seed: SEED, now: before ? new Date(before.foundedAt) : now });
    if (!before) await found(db, plan, dataDir);
    const isResumed = before !== null;
    const settled = new Date(Date.parse(plan.fortnight[0]?.at ?? plan.now) - SETTLED_BEFORE_MS);
    const cast = await makeCast(db, plan, { dataDir, at: settled, isResumed });
    const once = new Once();
    if (isResumed) await once.recall(cast.people.values());
    await loadWires(plan, cast, { once, dataDir });
    await loadDevices(plan, cast);
    await loadFloor(plan, cast);
    await loadHistory(db, plan, cast, once);
    await playFortnight({ db, url, plan, cast, once, isResumed });
    const deputy = cast.people.get(DEPUTY);
    if (deputy) await activateAll(deputy, 'The demonstration begins with every procedure in force.');
    await loadRules(plan.now, cast, once);
    await loadWorkOrders(plan, cast, once);
    await loadOnTest(plan.now, cast, once);
    await loadRequests(plan, cast, once);
    await loadShifts(plan, cast, once);
    await loadRegister(plan, cast, once);
    await loadDestination(plan, cast, once);
    await loadNotices(db, url, { plan, cast, once });
    await loadCommand(plan.now, cast, once);
    await loadReviews(plan, cast, once);
    await loadPaths(plan, cast, once);
    await loadExercises(plan, cast, once);
    await loadContinuity(plan, cast, once);
    await loadComments(plan, cast, once);
    await loadPacks(db, plan, cast, once);
    await loadCases(plan, cast, once);
    await markDemonstrationLoaded(door);
    const { alarms, incidents } = plan.history;
    return { done: true, isResumed, alarms: alarms.length, incidents: incidents.length, steps: plan.fortnight.length, refused: once.refused, tookMs: Math.round(performance.now() - began) };
  } finally {
    await db.close();
  }
}
