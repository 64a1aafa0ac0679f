import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Model, Reckoning } from './contract.ts';
import { devices } from './device-row.ts';

const MODEL = ['id', 'make', 'model', 'wantedFirmware', sql<string | null>`end_of_life_on::text`.as('endOfLifeOn'), 'version'] as const;

export async function listModels(ctx: Ctx): Promise<Reply<typeof contract.listModels>> {
  return { items: await devices.read(ctx).selectFrom('devices.model').select(MODEL).orderBy('make').orderBy('model').limit(2000).execute() };
}

/** The model by its make and name, whatever their case; null where nobody said anything of it. */
export async function modelOf(ctx: Ctx, { make, model }: { make: string; model: string }): Promise<Model | null> {
  if (make === '' || model === '') return null;
  return (await devices.read(ctx, '').selectFrom('devices.model').select(MODEL).where(sql<boolean>`lower(make) = lower(${make}) and lower(model) = lower(${model})`).executeTakeFirst()) ?? null;
}

const changeOf = <T extends { id: string }>(verb: string, before: T | null, after: T): Change<T> => ({ verb, before, after });

export async function setModel(ctx: Ctx, { make, model, wantedFirmware, endOfLifeOn }: Input<typeof contract.setModel>): Promise<Model> {
  return devices.writeMany(ctx, 'devices:register', async (tx) => {
    const before = (await tx.selectFrom('devices.model').select(MODEL).where(sql<boolean>`lower(make) = lower(${make}) and lower(model) = lower(${model})`).forUpdate().executeTakeFirst()) ?? null;
    const id = before?.id ?? uuidv7();
    if (before) await tx.updateTable('devices.model').set({ make, model, wantedFirmware, endOfLifeOn, version: before.version + 1 }).where('id', '=', id).execute();
    else await tx.insertInto('devices.model').values({ id, make, model, wantedFirmware, endOfLifeOn }).execute();
    const after = await tx.selectFrom('devices.model').select(MODEL).where('id', '=', id).executeTakeFirst();
    if (!after) throw notFound();
    return { changes: [changeOf('model-set', before, after)], result: after };
  });
}

const RECKONING = ['falseAlarmMinor', 'currency', 'basis', 'version'] as const;

/** The one row of the reckoning, as the ledger names it. */
const RECKONING_ID = '01a20000-0000-7000-8000-0000000000fa';

/** What a false alarm costs here; null where nobody has said. */
export async function reckoningOf(ctx: Ctx): Promise<Reckoning | null> {
  return (await devices.read(ctx, '').selectFrom('devices.reckoning').select(RECKONING).executeTakeFirst()) ?? null;
}

export const readReckoning = async (ctx: Ctx): Promise<Reply<typeof contract.readReckoning>> => ({ reckoning: await reckoningOf(ctx) });

export async function setReckoning(ctx: Ctx, asked: Input<typeof contract.setReckoning>): Promise<Reckoning> {
  return devices.writeMany(ctx, 'devices:register', async (tx) => {
    const before = (await tx.selectFrom('devices.reckoning').select(RECKONING).forUpdate().executeTakeFirst()) ?? null;
    const after = { ...asked, version: (before?.version ?? 0) + 1 };
    if (before) await tx.updateTable('devices.reckoning').set(after).execute();
    else await tx.insertInto('devices.reckoning').values(after).execute();
    return { changes: [changeOf('reckoning-set', before && { id: RECKONING_ID, ...before }, { id: RECKONING_ID, ...after })], result: after };
  });
}
