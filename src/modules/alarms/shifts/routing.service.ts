import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { alarms } from '../alarm-row.ts';
import { loadLevel, type Operator, offerOf } from '../routing-rules.ts';
import { checkHoldsEverywhere } from '../rules.service.ts';
import type * as contract from '../shift-contract.ts';
import type { Routing } from '../shift-contract.ts';

const AT_ONCE = 50;

type Due = { id: string; siteId: string | null; wallId: string | null; passed: string[]; personId: string | null };
type Candidate = Operator & { alarmId: string };

/** Offers what nobody holds to those on duty: what is new, and what was not answered in time to the next. Answers how many offers were made. */
export async function offerDue(ctx: Ctx): Promise<number> {
  const db = alarms.read(ctx, 'alarms:raise');
  const setting = await db.selectFrom('alarms.routing').select(['isOn', 'answerWithinS']).where(sql<boolean>`is_on and exists (select from alarms.shift s where s.ended_at is null)`).executeTakeFirst();
  if (!setting) return 0;
  const due = (await db.selectFrom('alarms.alarm as a').leftJoin('alarms.offer as o', 'o.alarmId', 'a.id')
    .select(['a.id', 'a.siteId', 'a.wallId', 'o.personId', sql<string[]>`coalesce(o.passed, '{}')`.as('passed')])
    .where('a.handling', '=', 'unacknowledged').where('a.ownerId', 'is', null).where('a.foldedInto', 'is', null)
    .where(sql<boolean>`(o.alarm_id is null or (o.person_id is not null and (o.offered_at <= now() - make_interval(secs => ${setting.answerWithinS}) or not exists (select from alarms.shift s where s.person_id = o.person_id and s.ended_at is null))))`)
    .orderBy('a.priority').orderBy('a.raisedAt').orderBy('a.id').limit(AT_ONCE).execute()) as Due[];
  return due.length === 0 ? 0 : writeOffers(ctx, due);
}

async function writeOffers(ctx: Ctx, due: readonly Due[]): Promise<number> {
  return alarms.writeMany(ctx, 'alarms:raise', async (tx) => {
    const rows = await tx.selectFrom(sql<Candidate>`alarms.operators_for(${due.map(({ id }) => id)}::uuid[])`.as('c')).select(['c.alarmId', 'c.personId', 'c.open', 'c.recent', 'c.offered']).execute();
    const mayTake = Map.groupBy(rows, ({ alarmId }) => alarmId);
    const more = new Map<string, number>();
    const at = ctx.now().toISOString();
    const changes: Change<{ id: string }>[] = [];
    for (const { id, siteId, wallId, passed, personId } of due) {
      const asked = personId === null ? passed : [...passed, personId];
      const operators = (mayTake.get(id) ?? []).map((one) => ({ ...one, offered: one.offered + (more.get(one.personId) ?? 0) - (one.personId === personId ? 1 : 0) }));
      const offer = offerOf(operators, new Set(asked));
      if (offer.to === 'nobody-now') continue;
      const row = { personId: offer.to === 'one' ? offer.personId : null, offeredAt: at, open: offer.to === 'one' ? offer.open : 0, among: offer.among, passed: asked };
      await tx.insertInto('alarms.offer').values({ alarmId: id, ...row }).onConflict((conflict) => conflict.column('alarmId').doUpdateSet(row)).execute();
      if (offer.to === 'one') more.set(offer.personId, (more.get(offer.personId) ?? 0) + 1);
      changes.push({ verb: 'offered', before: { id }, after: { id, ...row } as { id: string }, of: { recordId: id, siteId, wallId, readPermission: 'alarms:read' } });
    }
    return { changes, result: changes.length };
  });
}

export const setRouting = (ctx: Ctx, { isOn, answerWithinS }: Input<typeof contract.setRouting>): Promise<Routing> =>
  alarms.writeMany(ctx, 'alarms:supervise', async (tx) => {
    await checkHoldsEverywhere(tx, 'alarms:supervise');
    const before = await tx.selectFrom('alarms.routing').select(['isOn', 'answerWithinS']).forUpdate().executeTakeFirstOrThrow();
    const after = { isOn, answerWithinS };
    await tx.updateTable('alarms.routing').set({ ...after, changedBy: ctx.personId, changedAt: ctx.now().toISOString() }).execute();
    return { changes: [{ verb: 'routing-set', before: { id: ROUTING, ...before } as { id: string }, after: { id: ROUTING, ...after }, of: { recordId: ROUTING, siteId: null, wallId: null, readPermission: 'alarms:read' } }], result: after };
  });

/** The one setting of the organisation, in the ledger. */
const ROUTING = '00000000-0000-7000-8000-0000000a0f01';

/** What each of those on duty answered and has in hand, as far as the reader may see it. */
export async function readLoad(ctx: Ctx): Promise<Reply<typeof contract.readLoad>> {
  const [rows, routing] = await alarms.readAll(ctx, 'alarms:supervise', (db) => [
    db.selectFrom('alarms.shift as s').innerJoin('access.person as p', 'p.id', 's.personId').select([
      's.id as shiftId', 's.personId', 'p.name', 's.beganAt',
      sql<number>`(select count(*)::int from alarms.alarm a where a.acknowledged_by = s.person_id and not a.is_simulated and a.acknowledged_at > now() - interval '10 minutes')`.as('lastTenMinutes'),
      sql<number>`(select count(*)::int from alarms.alarm a where a.acknowledged_by = s.person_id and not a.is_simulated and a.acknowledged_at > now() - interval '1 hour')`.as('lastHour'),
      sql<number>`(select count(*)::int from alarms.alarm a where a.owner_id = s.person_id and a.handling <> 'closed')`.as('open'),
      sql<number>`(select count(*)::int from alarms.offer o join alarms.alarm a on a.id = o.alarm_id and a.owner_id is null and a.handling = 'unacknowledged' where o.person_id = s.person_id)`.as('offered'),
      sql<string | null>`(select min(a.known_at) from alarms.alarm a left join alarms.offer o on o.alarm_id = a.id where a.handling = 'unacknowledged' and (a.owner_id = s.person_id or (a.owner_id is null and o.person_id = s.person_id)))`.as('oldestAt'),
    ]).where('s.endedAt', 'is', null).orderBy('s.beganAt').orderBy('s.id').limit(200),
    db.selectFrom('alarms.routing').select(['isOn', 'answerWithinS']),
  ] as const);
  return { items: rows.map((row) => ({ ...row, level: loadLevel(row) })), routing: routing[0] ?? { isOn: false, answerWithinS: 30 } };
}
