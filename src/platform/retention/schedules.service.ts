import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { decisionKind } from '#platform/two-person/kinds.ts';
import { propose } from '#platform/two-person/propose.service.ts';
import * as contract from './contract.ts';
import { discoverKept } from './port.ts';
import { at, checkHoldsEverywhere, type Db, DECIDED_WITHIN_MINUTES, READ, retention, SCHEDULE, SCHEDULES_ID, told } from './rows.ts';

const rows = (db: Db) =>
  db.selectFrom('retention.schedule as s').leftJoin('access.person as p', 'p.id', 's.changedBy')
    .select(['s.id as version', 's.class', 's.purpose', 's.days', 's.runsFrom', 's.basis', 's.source', 's.owner', 's.reason', 'p.name as changedBy', 's.changedAt']);
const inForce = (db: Db) => rows(db).where(sql<boolean>`not exists (select from retention.schedule x where x.class = s.class and x.purpose = s.purpose and x.id > s.id)`).orderBy('s.class').orderBy('s.purpose');

export async function listSchedules(ctx: Ctx): Promise<Reply<typeof contract.listSchedules>> {
  const [items, { kinds }] = await Promise.all([inForce(retention.read(ctx, READ)).execute(), discoverKept()]);
  return {
    items, version: Math.max(0, ...items.map(({ version }) => version)),
    kinds: kinds.map(({ key, title, class: of, purposes, goes, removal }) => ({ key, title, class: of, purposes: [...purposes], goes, isRemoved: removal !== undefined })),
  };
}

export async function listVersions(ctx: Ctx, { class: of, after, limit }: Input<typeof contract.listVersions>): Promise<Reply<typeof contract.listVersions>> {
  const before = after === undefined ? null : Number(readCursor(after).id);
  let query = rows(retention.read(ctx, READ)).where('s.class', '=', of).orderBy('s.id', 'desc').limit(limit);
  if (before !== null) query = query.where('s.id', '<', before);
  const items = await query.execute();
  const last = items.at(-1);
  return { items, next: last && items.length === limit ? cursorAfter(last.changedAt, String(last.version)) : null };
}

const daysWords = (days: number | null): string => (days === null ? 'until decided otherwise' : `${days} days`);

const changeOfSchedule = decisionKind({
  key: 'retention.schedule', permission: SCHEDULE, expiresMinutes: DECIDED_WITHIN_MINUTES, payload: contract.Change,
  run: async (ctx, change, { reason, proposedBy }) => {
    await retention.writeMany(ctx, SCHEDULE, async (tx) => {
      await tx.insertInto('retention.schedule').values({ ...change, reason, changedBy: proposedBy, changedAt: at(ctx) }).execute();
      return { changes: [told('schedule-changed', { id: SCHEDULES_ID, ...change, reason, proposedBy })], result: null };
    });
  },
});

/** Proposes another period; it is in force from the moment in which another person approves it. Throws 422 where nothing declares that class and purpose. */
export async function proposeSchedule(ctx: Ctx, { reason, ...change }: Input<typeof contract.proposeSchedule>): Promise<Reply<typeof contract.proposeSchedule>> {
  const { kinds } = await discoverKept();
  const kind = kinds.find((one) => one.class === change.class && one.purposes.includes(change.purpose));
  return retention.writeMany(ctx, SCHEDULE, async (tx) => {
    await checkHoldsEverywhere(tx, SCHEDULE);
    if (!kind) throw new Problem('refused', 'retention.no_such_class', 'Nothing is kept under that class for that purpose.');
    const before = await inForce(tx).where('s.class', '=', change.class).where('s.purpose', '=', change.purpose).executeTakeFirst();
    const facts = { what: kind.title, purpose: change.purpose, before: before ? daysWords(before.days) : 'nothing', after: daysWords(change.days), from: change.runsFrom, basis: change.basis };
    return { changes: [], result: await propose(ctx, changeOfSchedule, { payload: change, facts, of: { recordId: SCHEDULES_ID, siteId: null, wallId: null }, reason }) };
  });
}
