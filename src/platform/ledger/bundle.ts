import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { LEAF_TEXT } from '#platform/kernel/ledger/leaf.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { ledger } from './browse.ts';
import type * as contract from './contract.ts';
import { recordLooks, WALLED } from './looks.ts';
import { base64, headOf, noHead, proofsOf, publicKeyLines } from './prove.ts';

type Asked = Input<typeof contract.bundleEntries>;

const MOST_ENTRIES = 200;

type Text = { field: string; salt: string; text: string };

/** Entries of the bundle that this reader sees, oldest first. */
const entriesFor = (ctx: Ctx, { n, record, at }: Asked, size: number) => {
  let query = ledger.read(ctx).selectFrom('ledger.leaf as l').innerJoin('ledger.entry as e', (join) => join.onRef('e.xid', '=', 'l.xid').onRef('e.id', '=', 'l.entryId'))
    .select(['l.n', sql<string>`${sql.raw(LEAF_TEXT)}`.as('entry')])
    .select(sql<Text[] | null>`(select json_agg(json_build_object('field', x.field, 'salt', encode(x.salt, 'hex'), 'text', x.text) order by x.field) from ledger.erasable x where x.xid = e.xid and x.entry_id = e.id)`.as('texts'))
    .select(WALLED.as('walled')).where('l.n', '<', size).orderBy('l.n').limit(MOST_ENTRIES + 1);
  if (n !== undefined) query = query.where('l.n', '=', n);
  if (record !== undefined) query = query.where('l.recordId', '=', record);
  // A line's own time is taken a moment before its entry's, in the same transaction.
  if (at !== undefined) query = query.where('e.xid', '=', sql<string>`(select f.xid from ledger.leaf f join ledger.entry fe on fe.xid = f.xid and fe.id = f.entry_id
    where f.record_id = l.record_id and fe.at >= ${at}::timestamptz and fe.at < ${at}::timestamptz + interval '30 seconds' order by fe.at, f.n limit 1)`);
  return query.execute();
};

/** What proves a leaf, or what was written of a record at one moment or ever, in one file. Throws 404, 422. */
export async function bundleEntries(ctx: Ctx, asked: Asked, { reply }: Exchange): Promise<Reply<typeof contract.bundleEntries>> {
  if ((asked.n === undefined) === (asked.record === undefined)) throw new Problem('invalid', 'ledger.say_what', 'Name a leaf (n) or a record.', { errors: [{ pointer: '/record', detail: 'Give this, or n.' }] });
  const head = await headOf(ctx);
  if (!head) throw noHead(undefined);
  const entries = await entriesFor(ctx, asked, head.size);
  const [first] = entries;
  if (!first) throw notFound();
  if (entries.length > MOST_ENTRIES) throw new Problem('refused', 'ledger.bundle_too_large', `More than ${MOST_ENTRIES} entries speak of it. Name a moment (at), or export the ledger.`);
  await recordLooks(ctx, entries.flatMap(({ walled }) => walled ?? []));
  const proven = await proofsOf(ctx, head, entries.map(({ n }) => n));
  void reply.header('content-disposition', `attachment; filename="parapet-proof-${first.n}.json"`);
  return {
    format: 'parapet-ledger-bundle-1', head: head.note, keys: publicKeyLines(),
    leaves: entries.map(({ n, entry, texts }, i) => ({ n, entry, proof: proven[i]?.proof.map(base64) ?? [], texts: texts ?? [] })),
  };
}
