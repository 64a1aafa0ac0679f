import { timeNow } from '#platform/kernel/clock.ts';
import type { Database, HeldClient } from '#platform/kernel/db/pool.ts';
import { inTransaction, peopleOf } from './feed.ts';
import type { Sources, Step } from './port.ts';
import { writeNotices } from './tell.ts';

// Acknowledged, or the record left the states in which anybody is called: at once, so that nobody more is, and screens say so.
const SWEEP = `with gone as (
    select e.id, exists (select from notify.notice n where n.escalation_id = e.id and n.acknowledged_at is not null) as is_acknowledged from notify.escalation e where e.state = 'running'
      and (exists (select from notify.notice n where n.escalation_id = e.id and n.acknowledged_at is not null) or not coalesce(notify.state_of(e.record_id) = any (e.while_state), false))
  ), ended as (
    update notify.escalation e set state = case when g.is_acknowledged then 'acknowledged' else 'over' end, ended_at = $1::timestamptz from gone g where e.id = g.id and e.state = 'running' returning e.id
  ) insert into platform.outbox (topic, record_id, person_id, read_permission) select 'notify.seen', n.id, n.person_id, '' from notify.notice n join ended on ended.id = n.escalation_id`;
const DUE = `select id from notify.escalation where state = 'running' and next_at <= $1::timestamptz order by next_at limit 50`;
const HOLD = `select id, class, cause_id, record_id, site_id, steps, step from notify.escalation where id = $1::uuid and state = 'running' and next_at <= $2::timestamptz for update`;
const CLIMB = 'update notify.escalation set step = $2::int, next_at = $3::timestamptz where id = $1::uuid';
const EXHAUST = `update notify.escalation set state = 'exhausted', ended_at = $2::timestamptz where id = $1::uuid`;

type Row = { id: string; class: string; causeId: string; recordId: string; siteId: string | null; steps: Step[]; step: number };

/** Takes every ladder that is due one step up, or ends it. Answers how many moved. */
export async function escalate(worker: Database, sources: Sources, now: Date = timeNow()): Promise<number> {
  const [swept, due] = await worker.send([{ text: SWEEP, values: [now] }, { text: DUE, values: [now] }]);
  if ((swept?.count ?? 0) > 0) worker.committed();
  const ids = (due?.rows ?? []).map((row) => row['id'] as string);
  for (const id of ids) {
    await inTransaction(worker, (client) => climb(client, id, sources, now));
    worker.committed();
  }
  return ids.length;
}

/** One step: who has the role at the record's site; a step that nobody stands on is passed over at once. */
async function climb(client: HeldClient, id: string, { classes }: Sources, now: Date): Promise<void> {
  const [answer] = await client.send([{ text: HOLD, values: [id, now] }]);
  const row = answer?.rows[0] as Row | undefined;
  if (!row) return;
  const of = classes.get(row.class);
  for (let at = row.step; of && at < row.steps.length; at++) {
    const step = row.steps[at] as Step;
    const people = await peopleOf(client, 'select person_id from notify.holders($1, $2::uuid)', [step.role, row.siteId]);
    const told = await writeNotices(client, people.map((personId) => ({ personId, class: of, causeId: row.causeId, recordId: row.recordId, isWalled: false, escalationId: row.id })));
    if (told === 0) continue;
    await client.send([{ text: CLIMB, values: [id, at + 1, new Date(now.getTime() + step.withinS * 1000)] }]);
    return;
  }
  await client.send([{ text: EXHAUST, values: [id, now] }]);
}
