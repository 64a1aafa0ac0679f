import { type ExpressionBuilder, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { drawnPlan, siteOf } from '#modules/sites/public.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { toProblem } from '#platform/kernel/db/pool.ts';
import { sitesBelow } from '#platform/kernel/list.ts';
import { notFound } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { readWordCursor, wordCursorAfter } from '#platform/kernel/word-cursor.ts';
import { assetOf, changeOf, checkMay, holdAsset, refuse, risk, rows, seenAsset, type Tx } from './asset-row.ts';
import type * as contract from './contract.ts';
import type { Asset } from './contract.ts';
import type { Json, Tables } from './tables.gen.ts';

const READ = 'risk:read';
const REGISTER = 'risk:register';
const json = (value: unknown) => sql<Json>`${JSON.stringify(value)}::jsonb`;

type Where = ExpressionBuilder<{ a: Tables['risk.asset'] }, 'a'>;
const containing = (words: string): string => `%${words.replace(/[\\%_]/g, '\\$&')}%`;

const fits = ({ state, kind, siteId, under, q }: Omit<Input<typeof contract.listAssets>, 'after' | 'limit'>) => (where: Where) =>
  where.and([
    ...(state ? [where('a.state', '=', state)] : []),
    ...(kind ? [where('a.kind', '=', kind)] : []),
    ...(siteId ? [where('a.siteId', '=', siteId)] : []),
    ...(under ? [sql<boolean>`a.site_id in ${sitesBelow(under)}`] : []),
    ...(q ? [where.or((['a.name', 'a.number'] as const).map((column) => where(column, 'ilike', containing(q))))] : []),
  ]);

export async function listAssets(ctx: Ctx, { after, limit, ...asked }: Input<typeof contract.listAssets>): Promise<Reply<typeof contract.listAssets>> {
  const place = after === undefined ? null : readWordCursor(after);
  const beyond = (where: Where) => (place ? where(where.refTuple('a.name', 'a.id'), '>', where.tuple(place.word, place.id)) : sql<boolean>`true`);
  const [found, counted] = await risk.readAll(ctx, READ, (db) => [
    rows(db).where(fits(asked)).where(beyond).orderBy('a.name').orderBy('a.id').limit(limit),
    db.selectFrom('risk.asset as a').select((eb) => eb.fn.countAll<number>().as('n')).where(fits(asked)),
  ]);
  const last = found.at(-1);
  return { items: found.map(assetOf), next: last && found.length === limit ? wordCursorAfter(last.name, last.id) : null, total: counted[0]?.n ?? 0 };
}

export async function readAsset(ctx: Ctx, { id }: Input<typeof contract.readAsset>): Promise<Asset> {
  const row = await seenAsset(risk.read(ctx, READ), id);
  if (!row) throw notFound();
  return assetOf(row);
}

/** An asset stands in a zone that is drawn on the plan of its own site. */
async function checkPlace(ctx: Ctx, siteId: string | null, place: Asset['place']): Promise<void> {
  if (place === null) return;
  const plan = siteId === null ? null : await drawnPlan(ctx, siteId);
  if (!plan) throw refuse('no_plan', 'Only what is at a floor with a plan can be placed on it. Choose the floor as its site.', '/place');
  if (!plan.drawing.zones.some(({ id }) => id === place.zoneId)) throw refuse('no_zone', 'That zone is not drawn on the plan of its floor.', '/place/zoneId');
}

const placeColumns = (place: Asset['place']) => ({ zoneId: place?.zoneId ?? null, x: place?.at[0] ?? null, y: place?.at[1] ?? null });

async function nextNumber(ctx: Ctx, tx: Tx): Promise<string> {
  const { rows: found } = await sql<{ number: string }>`select platform.next_number('AST', ${ctx.now().getUTCFullYear()}::int) as number`.execute(tx);
  return found[0]?.number ?? '';
}

export async function addAsset(ctx: Ctx, { place, delays, ...input }: Input<typeof contract.addAsset>): Promise<Asset> {
  return risk.writeMany(ctx, REGISTER, async (tx) => {
    if (input.siteId !== null && !(await siteOf(ctx, input.siteId))) throw toProblem({ code: '23503' });
    await checkMay(tx, input.siteId, REGISTER);
    await checkPlace(ctx, input.siteId, place);
    const id = uuidv7();
    await tx.insertInto('risk.asset').values({ id, number: await nextNumber(ctx, tx), ...input, ...placeColumns(place), delays: json(delays), createdAt: ctx.now().toISOString() }).execute();
    const after = await seenAsset(tx, id);
    if (!after) throw notFound();
    return { changes: [changeOf('asset-added', null, after)], result: assetOf(after) };
  });
}

export async function changeAsset(ctx: Ctx, { id, place, delays, ...input }: Input<typeof contract.changeAsset>): Promise<Asset> {
  return risk.writeMany(ctx, REGISTER, async (tx) => {
    const before = await holdAsset(ctx, tx, id, REGISTER);
    if (place !== undefined) await checkPlace(ctx, before.siteId, place);
    const values = { ...input, ...(place !== undefined && placeColumns(place)), ...(delays !== undefined && { delays: json(delays) }) };
    if (Object.keys(values).length === 0) return { changes: [], result: assetOf(before) };
    await tx.updateTable('risk.asset').set({ ...values, version: before.version + 1 }).where('id', '=', id).execute();
    const after = await seenAsset(tx, id);
    if (!after) throw notFound();
    return { changes: [changeOf('asset-changed', before, after)], result: assetOf(after) };
  });
}

export async function retireAsset(ctx: Ctx, { id, reason }: Input<typeof contract.retireAsset>): Promise<Asset> {
  return risk.writeMany(ctx, REGISTER, async (tx) => {
    const before = await holdAsset(ctx, tx, id, REGISTER);
    await tx.updateTable('risk.asset').set({ state: 'retired', retiredWhy: reason, version: before.version + 1 }).where('id', '=', id).execute();
    const after = await seenAsset(tx, id);
    if (!after) throw notFound();
    return { changes: [changeOf('asset-retired', before, after)], result: assetOf(after) };
  });
}
