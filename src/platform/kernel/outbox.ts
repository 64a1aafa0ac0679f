import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from './context.ts';
import type { Statement } from './db/flush.ts';
import { ledgerBody } from './ledger/body.ts';
import type { Change, Header } from './record.ts';

/** A change with the module that made it and the permission under which it was made. */
export type Recorded = { module: string; permission: string; change: Change<{ id: string }> };

// A header that says the same as before is left alone: most changes of a record do not change what lists and links show of it.
const HEADERS = `with h as (select * from jsonb_to_recordset($1::jsonb) as h(id uuid, kind text, number text, title text, state text, site_id uuid, wall_id uuid, read_permission text, at timestamptz)),
  kept as (update platform.record r set title = h.title, state = h.state, site_id = h.site_id, wall_id = h.wall_id, at = h.at, updated_at = now(), version = r.version + 1
    from h where r.id = h.id and (r.title, r.state, r.site_id, r.wall_id, r.at) is distinct from (h.title, h.state, h.site_id, h.wall_id, h.at))
  insert into platform.record (id, kind, number, title, state, site_id, wall_id, read_permission, at)
  select id, kind, number, title, state, site_id, wall_id, read_permission, at from h where not exists (select from platform.record r where r.id = h.id)`;

const WORDS = `insert into platform.search (record_id, words)
  select id, words from jsonb_to_recordset($1::jsonb) as w(id uuid, words text)
  on conflict (record_id) do update set words = excluded.words where platform.search.words is distinct from excluded.words`;

const LEDGER = `with told as (select * from jsonb_to_recordset($1::jsonb) as t(id uuid, at timestamptz, verb text, record_id uuid, site_id uuid, wall_id uuid, read_permission text, body text, quiet boolean)),
  entries as (insert into ledger.entry (id, at, actor, verb, record_id, site_id, wall_id, body) select id, at, access.me(), verb, record_id, site_id, wall_id, body from told)
  insert into platform.outbox (topic, record_id, site_id, wall_id, read_permission) select verb, record_id, site_id, wall_id, read_permission from told where quiet is not true`;

const ERASABLE = `insert into ledger.erasable (entry_id, field, salt, text)
  select entry_id, field, decode(salt, 'hex'), text from jsonb_to_recordset($1::jsonb) as e(entry_id uuid, field text, salt text, text text)`;

const COMMAND = `insert into platform.command (actor, key, request, reply) values (access.me(), $1, $2, $3::jsonb)`;

const CONTINUE = `select set_config('parapet.permission', $1::text, true)`;

type Told = { id: string; at: string; verb: string; record_id: string; site_id: string | null; wall_id: string | null; read_permission: string; body: string; quiet?: true };

const headerRow = (id: string, header: Header) => ({
  id, kind: header.kind, number: header.number, title: header.title, state: header.state,
  site_id: header.siteId, wall_id: header.wallId, read_permission: header.readPermission, at: header.at,
});

/** The statements that write header rows, words, ledger entries, outbox messages and the answered command, in the order in which they may refer to each other; `under` is the permission in force. */
export function recordStatements(ctx: Ctx, recorded: readonly Recorded[], reply: unknown, under: string): Statement[] {
  const statements: Statement[] = [];
  const groups = Map.groupBy(recorded, ({ permission }) => permission);
  for (const [permission, group] of groups) {
    if (groups.size > 1 || permission !== under) statements.push({ text: CONTINUE, values: [permission] });
    statements.push(...groupStatements(ctx, group));
  }
  if (ctx.command) statements.push({ text: COMMAND, values: [ctx.command.key, ctx.command.request, JSON.stringify(reply ?? null)] });
  return statements;
}

function groupStatements(ctx: Ctx, group: readonly Recorded[]): Statement[] {
  const headers = new Map<string, object>();
  const words = new Map<string, object>();
  const told: Told[] = [];
  const erasable: object[] = [];
  for (const { module, change } of group) {
    if (change.header) headers.set(change.after.id, headerRow(change.after.id, change.header));
    if (change.words !== undefined) words.set(change.after.id, { id: change.after.id, words: change.words });
    const { body, erased } = ledgerBody(change);
    const entry = toldOf(ctx, module, change, body);
    told.push(entry);
    erasable.push(...erased.map((row) => ({ entry_id: entry.id, ...row })));
  }
  const statements: Statement[] = [];
  if (headers.size > 0) statements.push({ text: HEADERS, values: [JSON.stringify([...headers.values()])] });
  if (words.size > 0) statements.push({ text: WORDS, values: [JSON.stringify([...words.values()])] });
  statements.push({ text: LEDGER, values: [JSON.stringify(told)] });
  if (erasable.length > 0) statements.push({ text: ERASABLE, values: [JSON.stringify(erasable)] });
  return statements;
}

function toldOf(ctx: Ctx, module: string, change: Change<{ id: string }>, body: string): Told {
  const of = change.header
    ? { recordId: change.after.id, siteId: change.header.siteId, wallId: change.header.wallId, readPermission: change.header.readPermission }
    : (change.of ?? { recordId: change.after.id, siteId: null, wallId: null, readPermission: `${module}:read` });
  return { id: uuidv7(), at: ctx.now().toISOString(), verb: `${module}.${change.verb}`, record_id: of.recordId, site_id: of.siteId, wall_id: of.wallId, read_permission: of.readPermission, body, ...(change.isQuiet && { quiet: true as const }) };
}
