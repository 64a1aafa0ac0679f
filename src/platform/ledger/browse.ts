import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';
import type { Tables } from '#platform/kernel/tables.gen.ts';
import type * as contract from './contract.ts';
import { recordLooks, WALLED } from './looks.ts';

/** The ledger's tables under the reader's sight. */
export const ledger = store<Tables>('ledger');

type Filters = Input<typeof contract.listEntries>;

const ENTRY = ['l.n', 'e.id', 'e.at', 'e.actor', 'p.name', 'e.verb', 'e.recordId', 'r.kind', 'r.number', 'r.title', 'e.siteId', 'e.wallId', 'e.body'] as const;

/** The labels whose entries a person without organisation rights may see: lists of such a reader go label by label. */
const MY_LABELS = sql<{ label: string }>`(select distinct s.label from access.sight s join access.role_permission rp on rp.role_id = s.role_id and rp.permission = 'ledger:read'
  where s.person_id = access.me() and s.since <= now() and s.until > now())`;

const endOf = (prefix: string): string => prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);

/** What no index answers is looked for among so many leaves at once; `next` goes on before them. */
const MOST_WALKED = 100_000;

/** Whether a page has to walk leaves: by record there is an index, by actor one for who sees by the organisation. */
const walks = ({ record, actor, verb, from, to }: Filters, isNarrow: boolean): boolean => record === undefined && (verb !== undefined || from !== undefined || to !== undefined || (actor !== undefined && isNarrow));

/** Leaves that fit, newest first, at most `most`, none before `floor`; within one label where `label` says which. */
function fitting(ctx: Ctx, { after, show, record, actor, verb, from, to }: Filters, { most, label, floor }: { most: number; label: boolean; floor: number }) {
  let query = ledger.read(ctx).selectFrom('ledger.leaf as f').select('f.n').limit(most);
  // As a stretch of the index by actor, and in its order: with an equality the planner would take any index that gives the order, and walk all of it.
  query = actor && !label ? query.where(sql<boolean>`(f.actor, f.n) >= (${actor}::uuid, 0) and (f.actor, f.n) <= (${actor}::uuid, ${Number.MAX_SAFE_INTEGER}::bigint)`).orderBy('f.actor', 'desc').orderBy('f.n', 'desc') : query.orderBy('f.n', 'desc');
  if (label) query = query.where('f.sightId', '=', sql<string>`mine.label`);
  if (after !== undefined) query = query.where('f.n', '<', after);
  if (floor > 0) query = query.where('f.n', '>=', floor);
  if (show === 'records') query = query.where('f.recordId', 'is not', null);
  if (record) query = query.where('f.recordId', '=', record);
  if (actor && label) query = query.where('f.actor', '=', actor);
  if (!verb && !from && !to) return query;
  // Fenced by its offset: joined as a whole, the planner would read every entry there is.
  let entries = query.innerJoinLateral((db) => db.selectFrom('ledger.entry as e').select(['e.verb', 'e.at']).whereRef('e.xid', '=', 'f.xid').whereRef('e.id', '=', 'f.entryId').offset(0).as('fe'), (join) => join.onTrue());
  if (verb) entries = verb.endsWith('.') ? entries.where(sql<string>`fe.verb collate "C"`, '>=', verb).where(sql<string>`fe.verb collate "C"`, '<', endOf(verb)) : entries.where('fe.verb', '=', verb);
  if (from) entries = entries.where('fe.at', '>=', from);
  if (to) entries = entries.where('fe.at', '<', to);
  return entries;
}

/** The first leaf that this page looks at; 0 where it may look at all. */
async function floorOf(ctx: Ctx, input: Filters, isNarrow: boolean): Promise<number> {
  if (!walks(input, isNarrow)) return 0;
  const before = input.after ?? (await ledger.read(ctx).selectFrom('ledger.cursor').select('size').executeTakeFirst())?.size ?? 0;
  return Math.max(0, before - MOST_WALKED);
}

/**
 * A page of the ledger browser. An entry is listed once it is sealed, about a second after its commit. With a filter that
 * no index answers a page may be short, or empty, and have a `next`: what fits lies further back, if anywhere.
 */
export async function listEntries(ctx: Ctx, input: Filters): Promise<Reply<typeof contract.listEntries>> {
  const db = ledger.read(ctx);
  const isNarrow = ctx.reader.dbRole === 'parapet_person' && !input.record;
  const floor = await floorOf(ctx, input, isNarrow);
  const most = input.limit + 1;
  const top = isNarrow
    ? db.selectFrom(MY_LABELS.as('mine')).innerJoinLateral(fitting(ctx, input, { most, floor, label: true }).as('one'), (join) => join.onTrue()).select('one.n').orderBy('one.n', 'desc').limit(most)
    : fitting(ctx, input, { most, floor, label: false });
  const rows = await db
    .selectFrom(top.as('top'))
    .innerJoin('ledger.leaf as l', 'l.n', 'top.n')
    .innerJoin('ledger.entry as e', (join) => join.onRef('e.xid', '=', 'l.xid').onRef('e.id', '=', 'l.entryId'))
    .leftJoin('access.person as p', 'p.id', 'e.actor')
    .leftJoin('platform.record as r', 'r.id', 'e.recordId')
    .select(ENTRY)
    .select(WALLED.as('walled'))
    .select(sql<Record<string, string> | null>`(select json_object_agg(x.field, x.text) from ledger.erasable x where x.xid = e.xid and x.entry_id = e.id)`.as('texts'))
    .orderBy('l.n', 'desc')
    .execute();
  const page = rows.slice(0, input.limit);
  await recordLooks(ctx, page.flatMap(({ walled }) => walled ?? []));
  return {
    items: page.map(({ n, id, at, actor, name, verb, recordId, kind, number, title, siteId, wallId, body, texts }) => ({
      n, id, at, verb, siteId, wallId,
      actor: { id: actor, name },
      record: recordId ? { id: recordId, kind, number, title } : null,
      body: JSON.parse(body) as Record<string, unknown>,
      texts: texts ?? {},
    })),
    next: rows.length > input.limit ? String(page.at(-1)?.n) : floor > 0 ? String(floor) : null,
  };
}
