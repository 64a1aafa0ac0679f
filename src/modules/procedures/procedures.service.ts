import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { canonicalJson } from '#platform/kernel/ledger/body.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import { csvOf, procedureOfCsv } from './procedure-csv.ts';
import { about, at, contentOf, type Db, faultsOf, procedureById, procedures, READ, type Tx, WRITE } from './rows.ts';
import { Procedure } from './procedure.ts';

const heads = (db: Db) =>
  db.selectFrom('procedures.procedure as p').innerJoin('procedures.version as v', (join) => join.onRef('v.procedureId', '=', 'p.id').on('v.version', '=', sql<number>`coalesce(p.active, p.latest)`))
    .select(['p.id', 'p.key', 'p.title', 'p.active', 'p.latest', sql<string[]>`v.content -> 'types'`.as('types'), sql<number>`jsonb_array_length(v.content -> 'steps')`.as('steps'), sql<boolean>`p.made_by is null`.as('isShipped'),
      sql<number>`(select count(*)::int from procedures.run r where r.procedure_id = p.id and r.begun_at > now() - interval '90 days')`.as('runs')]);

export async function listProcedures(ctx: Ctx, { state }: Input<typeof contract.listProcedures>): Promise<Reply<typeof contract.listProcedures>> {
  const query = heads(procedures.read(ctx)).orderBy('p.title').orderBy('p.id');
  return { items: await (state === 'all' ? query : query.where('p.active', state === 'active' ? 'is not' : 'is', null)).execute() };
}

export async function getProcedure(ctx: Ctx, { id, version }: Input<typeof contract.getProcedure>): Promise<Reply<typeof contract.getProcedure>> {
  const db = procedures.read(ctx);
  const row = await procedureById(db, id);
  const shown = version ?? row.latest;
  const { content } = await contentOf(db, id, shown);
  const [[head], versions] = await procedures.readAll(ctx, READ, (all) => [
    heads(all).where('p.id', '=', id),
    all.selectFrom('procedures.version as v').leftJoin('access.person as m', 'm.id', 'v.madeBy').leftJoin('access.person as f', 'f.id', 'v.inForceBy').select(['v.version', 'v.madeAt', 'm.name as madeBy', 'v.inForceAt', 'f.name as inForceBy', 'v.reason']).where('v.procedureId', '=', id).orderBy('v.version', 'desc'),
  ]);
  return {
    ...row, types: content.types, steps: content.steps.length, isShipped: head?.isShipped ?? false, runs: head?.runs ?? 0, version: shown, content, faults: await faultsOf(db, content),
    versions: versions.map((one) => ({ ...one, state: one.version === row.active ? 'active' : one.inForceAt === null ? 'draft' : 'past' })),
  };
}

export async function exportProcedure(ctx: Ctx, { id, format, version }: Input<typeof contract.exportProcedure>): Promise<Reply<typeof contract.exportProcedure>> {
  const db = procedures.read(ctx);
  const { key, latest, active } = await procedureById(db, id);
  const shown = version ?? active ?? latest;
  const { content } = await contentOf(db, id, shown);
  const name = `${key}-v${shown}.${format}`;
  return format === 'csv' ? { name, mediaType: 'text/csv', text: csvOf(content) } : { name, mediaType: 'application/json', text: `${JSON.stringify(content, null, 2)}\n` };
}

export const checkDraft = async (ctx: Ctx, { content }: Input<typeof contract.checkDraft>): Promise<Reply<typeof contract.checkDraft>> => ({ faults: await faultsOf(procedures.read(ctx), content) });

const stale = (key: string, latest: number): Problem => new Problem('stale', 'procedures.newer_version', `Somebody saved version ${latest} of ${key} since you read it. Look at it, then save yours again.`, { latest });

/** Saves a new version; without the key, a new procedure. Nothing is in force by it. */
export async function saveProcedure(ctx: Ctx, { content, after }: Input<typeof contract.saveProcedure>): Promise<Reply<typeof contract.saveProcedure>> {
  return procedures.writeMany(ctx, WRITE, async (tx) => {
    const found = await tx.selectFrom('procedures.procedure').select(['id', 'latest']).where('key', '=', content.key).forUpdate().executeTakeFirst();
    if (after !== undefined && (found?.latest ?? 0) !== after) throw stale(content.key, found?.latest ?? 0);
    const version = (found?.latest ?? 0) + 1;
    const id = found?.id ?? (await newProcedure(ctx, tx, content));
    if (found) await tx.updateTable('procedures.procedure').set({ latest: version, title: content.title }).where('id', '=', id).execute();
    await tx.insertInto('procedures.version').values({ procedureId: id, version, content: JSON.stringify(content), madeAt: at(ctx), madeBy: ctx.personId }).execute();
    const digest = createHash('sha256').update(canonicalJson(content)).digest('hex');
    return { changes: [about('saved', id, { key: content.key, title: content.title, version, steps: content.steps.length, sha256: digest })], result: { id, version, faults: await faultsOf(tx, content) } };
  });
}

async function newProcedure(ctx: Ctx, tx: Tx, { key, title }: Procedure): Promise<string> {
  const row = await tx.insertInto('procedures.procedure').values({ id: uuidv7(), key, title, latest: 1, madeAt: at(ctx), madeBy: ctx.personId }).onConflict((conflict) => conflict.column('key').doNothing()).returning('id').executeTakeFirst();
  if (!row) throw new Problem('conflict', 'procedures.key_taken', `A procedure is called ${key} already. Save yours as a version of it, or choose another key.`);
  return row.id;
}

const unreadable = (detail: string): Problem => new Problem('refused', 'procedures.unreadable', detail, { errors: [{ pointer: '/text', detail }] });

/** Reads a file as `exportProcedure` writes it. Throws 422 with what is wrong where. */
export async function importProcedure(ctx: Ctx, { format, text }: Input<typeof contract.importProcedure>): Promise<Reply<typeof contract.importProcedure>> {
  const parsed = Procedure.safeParse(format === 'csv' ? fromCsv(text) : fromJson(text));
  if (parsed.success) return saveProcedure(ctx, { content: parsed.data });
  const [issue] = parsed.error.issues;
  throw unreadable(`The file is no procedure: ${issue?.path.join(' → ') || 'it'}: ${issue?.message ?? 'not understood'}.`);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable('This is not JSON that can be read.');
  }
}

function fromCsv(text: string): unknown {
  const read = procedureOfCsv(text);
  if (!read.ok) throw unreadable(read.reason);
  return read.procedure;
}
