import type { Database, HeldClient } from '#platform/kernel/db/pool.ts';
import type { Entry, NoticeClass, Sources, Step, Tell } from './port.ts';
import { type Told, writeNotices } from './tell.ts';

const BATCH = 1000;
// Behind the oldest open transaction, so that no late commit is passed over; bodies only of what somebody is told of.
const READ = `select e.xid, e.id, e.actor, e.verb, e.record_id, e.site_id, e.wall_id, case when e.verb = any ($1::text[]) then e.body end as body, n.xid as old_xid, n.id as old_id
  from notify.cursor n cross join ledger.cursor c cross join lateral (
    select * from ledger.entry l where (l.xid, l.id) > (n.xid, n.id) and l.xid < ((pg_snapshot_xmin(pg_current_snapshot())::text::bigint + c.base)::text::xid8) order by l.xid, l.id limit ${BATCH}
  ) e order by e.xid, e.id`;
const MOVE = 'select notify.move_cursor($1::xid8, $2::uuid, $3::xid8, $4::uuid)';
const ESCALATE = `insert into notify.escalation (class, cause_id, record_id, site_id, while_state, steps) values ($1, $2::uuid, $3::uuid, $4::uuid, $5::text[], $6::jsonb) on conflict (class, cause_id) do nothing`;

type Row = { xid: string; id: string; actor: string; verb: string; recordId: string | null; siteId: string | null; wallId: string | null; body: string | null; oldXid: string; oldId: string };

/** Reads what was written into the ledger since, and tells whom it concerns, in the transaction that moves the reading place: after any crash it goes on without loss or doubles. Answers how many entries were read. */
export async function feed(worker: Database, { classes, tells }: Sources): Promise<number> {
  const [answer] = await worker.send([{ text: READ, values: [[...tells.keys()]] }]);
  const rows = (answer?.rows ?? []) as Row[];
  const last = rows.at(-1);
  if (!last) return 0;
  const wanted = rows.flatMap((row) => entryOf(row, tells));
  const told = await inTransaction(worker, async (client) => {
    const notices: Told[] = [];
    for (const { entry, tell } of wanted) notices.push(...(await noticesOf(client, entry, tell, classes)));
    return writeNotices(client, notices, [{ text: MOVE, values: [last.oldXid, last.oldId, last.xid, last.id] }]);
  });
  if (told > 0) worker.committed();
  return rows.length;
}

function entryOf(row: Row, tells: Sources['tells']): { entry: Entry; tell: Tell }[] {
  if (row.body === null) return [];
  const { before, after } = JSON.parse(row.body) as { before?: Record<string, unknown>; after?: Record<string, unknown> };
  const entry: Entry = { id: row.id, actor: row.actor, verb: row.verb, recordId: row.recordId, siteId: row.siteId, wallId: row.wallId, before: before ?? {}, after: after ?? {} };
  return (tells.get(row.verb) ?? []).flatMap((of) => of(entry)).map((tell) => ({ entry, tell }));
}

async function noticesOf(client: HeldClient, entry: Entry, tell: Tell, classes: Sources['classes']): Promise<Told[]> {
  const of = classes.get(tell.class);
  if (!of) return [];
  if ('whileState' in tell) {
    if (entry.recordId) await client.send([{ text: ESCALATE, values: [of.key, entry.id, entry.recordId, entry.siteId, tell.whileState, JSON.stringify(await stepsOf(client, of))] }]);
    return [];
  }
  const people = await toldBy(client, entry, tell);
  return people.filter((personId) => tell.withActor || personId !== entry.actor).map((personId) => ({ personId, class: of, causeId: entry.id, recordId: tell.about ? null : entry.recordId, isWalled: entry.wallId !== null, ...tell.about }));
}

function toldBy(client: HeldClient, { siteId }: Entry, tell: Exclude<Tell, { whileState: readonly string[] }>): Promise<string[]> {
  if ('behind' in tell) return peopleOf(client, 'select person_id from notify.behind($1::uuid)', [tell.behind]);
  if ('roles' in tell) return peopleOf(client, 'select distinct h.person_id from unnest($1::text[]) r(key) cross join lateral notify.holders(r.key, $2::uuid) h', [tell.roles, siteId]);
  return peopleOf(client, 'select person_id from notify.active($1::uuid[])', [tell.to]);
}

/** The people that a query names. */
export async function peopleOf(client: HeldClient, text: string, values: readonly unknown[]): Promise<string[]> {
  const [answer] = await client.send([{ text, values }]);
  return (answer?.rows ?? []).map((row) => row['personId'] as string);
}

/** The ladder of a class: the organisation's own, else the shipped one. */
async function stepsOf(client: HeldClient, of: NoticeClass): Promise<readonly Step[]> {
  const [answer] = await client.send([{ text: 'select steps from notify.ladder where class = $1', values: [of.key] }]);
  return (answer?.rows[0]?.['steps'] as Step[] | null | undefined) ?? of.ladder ?? [];
}

/** Runs the work between begin and commit on one connection. */
export async function inTransaction<T>(worker: Database, work: (client: HeldClient) => Promise<T>): Promise<T> {
  return worker.hold(async (client) => {
    await client.send([{ text: 'begin', values: [] }]);
    try {
      const result = await work(client);
      await client.send([{ text: 'commit', values: [] }]);
      return result;
    } catch (error) {
      await client.send([{ text: 'rollback', values: [] }]).catch(() => undefined);
      throw error;
    }
  });
}
