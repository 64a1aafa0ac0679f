import type { Database, HeldClient } from '#platform/kernel/db/pool.ts';
import { eventOf } from './said.ts';

const BATCH = 1000;
// Behind the oldest open transaction, so that no late commit is passed over.
const READ = `select e.xid, e.id, e.verb, e.record_id, e.site_id, e.wall_id, n.xid as old_xid, n.id as old_id
  from convergence.cursor n cross join ledger.cursor c cross join lateral (
    select * from ledger.entry l where (l.xid, l.id) > (n.xid, n.id) and l.xid < ((pg_snapshot_xmin(pg_current_snapshot())::text::bigint + c.base)::text::xid8) order by l.xid, l.id limit ${BATCH}
  ) e order by e.xid, e.id`;
const DESTINATIONS = `select id, site_id, events from convergence.destination where state <> 'ended'`;
const QUEUE = `insert into convergence.message (destination_id, entry_id, event, record_id)
  select q.destination_id, q.entry_id, q.event, q.record_id from jsonb_to_recordset($1::jsonb) as q(destination_id uuid, entry_id uuid, event text, record_id uuid, top uuid, site uuid, n bigint)
  where convergence.covers(q.top, q.site) order by q.n on conflict do nothing`;
const MOVE = 'select convergence.move_cursor($1::xid8, $2::uuid, $3::xid8, $4::uuid)';

type Row = { xid: string; id: string; verb: string; recordId: string | null; siteId: string | null; wallId: string | null; oldXid: string; oldId: string };
type Wish = { id: string; siteId: string | null; events: string[] };

/** Queues a message for each destination that wants to hear what was written into the ledger since, in the transaction that moves the reading place: after any crash it goes on without loss or doubles. Answers how many entries were read. */
export async function feed(worker: Database): Promise<number> {
  const [read, wishes] = await worker.send([{ text: READ, values: [] }, { text: DESTINATIONS, values: [] }]);
  const rows = (read?.rows ?? []) as Row[];
  const last = rows.at(-1);
  if (!last) return 0;
  const queued = rows.flatMap((row) => messagesOf(row, (wishes?.rows ?? []) as Wish[])).map((one, n) => ({ ...one, n }));
  await inTransaction(worker, async (client) => {
    await client.send([...(queued.length > 0 ? [{ text: QUEUE, values: [JSON.stringify(queued)] }] : []), { text: MOVE, values: [last.oldXid, last.oldId, last.xid, last.id] }]);
  });
  return rows.length;
}

function messagesOf({ id, verb, recordId, siteId, wallId }: Row, wishes: readonly Wish[]): object[] {
  const event = eventOf(verb);
  if (event === null || recordId === null || wallId !== null) return [];
  return wishes.filter(({ events }) => events.includes(event)).map((wish) => ({ destination_id: wish.id, entry_id: id, event, record_id: recordId, top: wish.siteId, site: siteId }));
}

async function inTransaction(worker: Database, work: (client: HeldClient) => Promise<void>): Promise<void> {
  await worker.hold(async (client) => {
    await client.send([{ text: 'begin', values: [] }]);
    try {
      await work(client);
      await client.send([{ text: 'commit', values: [] }]);
    } catch (error) {
      await client.send([{ text: 'rollback', values: [] }]).catch(() => undefined);
      throw error;
    }
  });
}
