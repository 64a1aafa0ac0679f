import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { makeCursor, readCursor } from '#modules/signals/public.ts';
import { siteOf } from '#modules/sites/public.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { toProblem } from '#platform/kernel/db/pool.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Dependency, ProcessDetail } from './contract.ts';
import { changeOf, checkMay, headerOf, holdProcess, NEED_NAME, NEED_RTO, NEEDS, processes, processOf, refuse, type Row, rows, SEEN_NEED, seen, type Tx, WRITE } from './process-row.ts';
import { falls, type Impacts, limitMin } from './rules.ts';

const READ = 'continuity:read';

/** Processes by name, page by page, each with what does not fit. */
export async function listProcesses(ctx: Ctx, { state, after, limit }: Input<typeof contract.listProcesses>): Promise<Reply<typeof contract.listProcesses>> {
  let query = rows(processes.read(ctx)).where('p.state', '=', state).orderBy('p.title').orderBy('p.id').limit(limit);
  if (after) {
    const [title = '', id = ''] = readCursor(after, 2);
    query = query.where(sql<boolean>`(p.title, p.id) > (${title}, ${id}::uuid)`);
  }
  const found = await query.execute();
  const last = found.at(-1);
  return { items: found.map((row) => processOf(ctx, row)), next: last && found.length === limit ? makeCursor([last.title, last.id]) : null };
}

export async function readProcess(ctx: Ctx, { id }: Input<typeof contract.readProcess>): Promise<ProcessDetail> {
  const db = processes.read(ctx);
  const row = await seen(db, id);
  if (!row) throw notFound();
  const [dependencies, neededBy] = await processes.readAll(ctx, READ, (read) => [
    read.selectFrom(sql<Dependency & { addedAt: string }>`(select d.id, d.kind, ${NEED_NAME} as name, d.on_process_id, d.on_site_id, ${NEED_RTO} as rto_min, d.note, d.struck_why, d.added_at from ${NEEDS} where d.process_id = ${id}::uuid and ${SEEN_NEED})`.as<'d'>(sql`d`)).selectAll().orderBy('addedAt').orderBy('id').limit(300),
    read.selectFrom('continuity.dependency as d').innerJoin('continuity.process as p', 'p.id', 'd.processId').select(['p.id', 'p.number', 'p.title', 'p.rtoMin']).where('d.onProcessId', '=', id).where('d.struckWhy', '=', '').where('p.state', '=', 'active').orderBy('p.title').limit(100),
  ] as const);
  const impacts = row.impacts as Impacts;
  return {
    ...processOf(ctx, row), detail: row.detail, impacts: impacts as ProcessDetail['impacts'], limitMin: limitMin(impacts), mbco: row.mbco, reviewedAt: row.reviewedAt, reviewedBy: row.reviewerName, retiredWhy: row.retiredWhy,
    dependencies: dependencies.map(({ addedAt: _, ...one }) => one), neededBy,
  };
}

/** An owner sees what is theirs. */
async function checkOwner(tx: Tx, ownerId: string, id: string): Promise<void> {
  const [row] = await tx.selectFrom(sql<{ could: boolean }>`(select tasks.could_see(${ownerId}::uuid, ${id}::uuid) as could)`.as('s')).select('could').execute();
  if (row?.could !== true) throw cannotSee();
}

const cannotSee = (): Problem => refuse('owner_cannot_see', 'This person does not see processes here. Choose somebody who does.', '/ownerId');

export const addProcess = (ctx: Ctx, { siteId, ...facts }: Input<typeof contract.addProcess>): Promise<ProcessDetail> =>
  processes.writeMany(ctx, WRITE, async (tx) => {
    if (siteId !== null && !(await siteOf(ctx, siteId))) throw toProblem({ code: '23503' });
    await checkMay(tx, { siteId });
    if (!(await tx.selectFrom('access.person').select('id').where('id', '=', facts.ownerId).executeTakeFirst())) throw cannotSee();
    const id = uuidv7();
    const { rows: found } = await sql<{ number: string }>`select platform.next_number('BIA', ${ctx.now().getUTCFullYear()}::int) as number`.execute(tx);
    await tx.insertInto('continuity.process').values({ id, ...facts, number: found[0]?.number ?? '', siteId, madeBy: ctx.personId, madeAt: ctx.now().toISOString() }).execute();
    const row = await mustSee(tx, id);
    // The header comes with the commit; whether its owner could see it is asked of one now.
    await tx.insertInto('platform.record').values({ id, ...headerOf(row) }).execute();
    await checkOwner(tx, facts.ownerId, id);
    return { changes: [changeOf('added', null, row)], result: await readProcess(ctx, { id }) };
  });

async function mustSee(tx: Tx, id: string): Promise<Row> {
  const row = await seen(tx, id);
  if (!row) throw notFound();
  return row;
}

type Values = Partial<Pick<Row, 'title' | 'detail' | 'ownerId' | 'mtpdMin' | 'rtoMin' | 'rpoMin' | 'mbco' | 'reviewOn' | 'state' | 'retiredWhy' | 'reviewedAt' | 'reviewedBy'>> & { impacts?: string };
type Done = { set?: Values; more?: object } | null;

/** Does one thing with a process in one entry of the ledger. */
const act = (ctx: Ctx, id: string, said: string, work: (tx: Tx, before: Row) => Promise<Done>): Promise<ProcessDetail> =>
  processes.writeMany(ctx, WRITE, async (tx) => {
    const before = await holdProcess(ctx, tx, id);
    const done = await work(tx, before);
    if (done === null) return { changes: [], result: await readProcess(ctx, { id }) };
    await tx.updateTable('continuity.process').set({ ...done.set, version: before.version + 1 }).where('id', '=', id).execute();
    return { changes: [changeOf(said, before, await mustSee(tx, id), done.more)], result: await readProcess(ctx, { id }) };
  });

export const changeProcess = (ctx: Ctx, { id, impacts, ...asked }: Input<typeof contract.changeProcess>): Promise<ProcessDetail> =>
  act(ctx, id, 'changed', async (tx, before) => {
    const given = Object.fromEntries(Object.entries(asked).filter(([field, value]) => value !== undefined && value !== before[field as keyof Row])) as Values;
    const { mtpdMin = before.mtpdMin, rtoMin = before.rtoMin } = given;
    if (mtpdMin === 0) throw refuse('mtpd_zero', 'Nothing may stand still for no time at all: state at least a minute.', '/mtpdMin');
    if (rtoMin !== null && mtpdMin !== null && rtoMin > mtpdMin) throw refuse('rto_over_mtpd', 'It must go again before its standstill can no longer be borne: the recovery time is longer than the tolerable period.', '/rtoMin');
    const worse = impacts && falls(impacts as Impacts);
    if (worse) throw refuse('impact_falls', 'A standstill does not become less grave by going on. Raise the later bands.', `/impacts/${worse}`);
    if (given.ownerId !== undefined) await checkOwner(tx, given.ownerId, id);
    return Object.keys(given).length === 0 && !impacts ? null : { set: { ...given, ...(impacts && { impacts: JSON.stringify(impacts) }) } };
  });

export const reviewProcess = (ctx: Ctx, { id, nextOn }: Input<typeof contract.reviewProcess>): Promise<ProcessDetail> =>
  act(ctx, id, 'reviewed', async () => {
    if (nextOn <= ctx.now().toISOString().slice(0, 10)) throw refuse('review_past', 'The next review lies ahead.', '/nextOn');
    return { set: { reviewOn: nextOn, reviewedAt: ctx.now().toISOString(), reviewedBy: ctx.personId } };
  });

export const retireProcess = (ctx: Ctx, { id, reason }: Input<typeof contract.retireProcess>): Promise<ProcessDetail> =>
  act(ctx, id, 'retired', async () => ({ set: { state: 'retired', retiredWhy: reason } }));

export const addDependency = (ctx: Ctx, { id, ...given }: Input<typeof contract.addDependency>): Promise<ProcessDetail> =>
  act(ctx, id, 'dependency-added', async (tx) => {
    const { kind, name, onProcessId, onSiteId, rtoMin } = given;
    if ((kind === 'process') !== (onProcessId !== null)) throw refuse('say_process', 'Say which process; only then one is named.', '/onProcessId');
    if ((kind === 'site') !== (onSiteId !== null)) throw refuse('say_site', 'Say which site; only then one is named.', '/onSiteId');
    if ((kind === 'process' || kind === 'site') !== (name === '')) throw refuse('say_name', 'Name it; a process or a site has its own name.', '/name');
    if (onProcessId === id) throw refuse('itself', 'Nothing needs itself.', '/onProcessId');
    if (onProcessId !== null && !(await seen(tx, onProcessId))) throw refuse('no_such_process', 'That process is not there, or it is not for you to see.', '/onProcessId');
    if (onSiteId !== null && !(await siteOf(ctx, onSiteId))) throw refuse('no_such_site', 'Choose one of your sites.', '/onSiteId');
    if (kind === 'process' && rtoMin !== null) throw refuse('own_time', 'A process has its own recovery time: change it there.', '/rtoMin');
    const rowId = uuidv7();
    await tx.insertInto('continuity.dependency').values({ id: rowId, processId: id, ...given, addedBy: ctx.personId, addedAt: ctx.now().toISOString() }).execute();
    return { more: { rowId, dependencyKind: kind, name, onProcessId, onSiteId, dependencyRtoMin: rtoMin, note: given.note } };
  });

export const strikeDependency = (ctx: Ctx, { id, rowId, reason }: Input<typeof contract.strikeDependency>): Promise<ProcessDetail> =>
  act(ctx, id, 'dependency-struck', async (tx) => {
    const row = await tx.selectFrom('continuity.dependency').select('struckWhy').where('id', '=', rowId).where('processId', '=', id).executeTakeFirst();
    if (!row) throw notFound();
    if (row.struckWhy !== '') throw new Problem('conflict', 'continuity.already_struck', 'It is struck already.');
    await tx.updateTable('continuity.dependency').set({ struckWhy: reason }).where('id', '=', rowId).execute();
    return { more: { rowId, reason } };
  });
