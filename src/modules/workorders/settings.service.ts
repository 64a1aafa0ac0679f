import type { Input } from '#platform/kernel/contract.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Settings } from './contract.ts';
import { changedMeanwhile, type Db, orders } from './order-row.ts';

const FIELDS = ['urgentHours', 'highHours', 'normalDays', 'lowDays', 'repeatDays', 'version'] as const;
/** Of what the ledger speaks: the settings are one row, and no record. */
const SETTINGS_ID = '01930000-0000-7000-8000-00000000a0d1';

export const settingsIn = (db: Db): Promise<Settings> => db.selectFrom('workorders.setting').select(FIELDS).executeTakeFirstOrThrow();

export const readSettings = (ctx: Ctx): Promise<Settings> => settingsIn(orders.read(ctx));

export async function setSettings(ctx: Ctx, input: Input<typeof contract.setSettings>): Promise<Settings> {
  return orders.writeMany(ctx, 'workorders:plan', async (tx) => {
    const before = await settingsIn(tx);
    if (ctx.ifMatch !== undefined && ctx.ifMatch !== before.version) throw changedMeanwhile();
    const after = await tx.updateTable('workorders.setting').set({ ...input, version: before.version + 1 }).where('version', '=', before.version).returning(FIELDS).executeTakeFirst();
    if (!after) throw changedMeanwhile();
    return { changes: [{ verb: 'settings-set', before: { id: SETTINGS_ID, ...before }, after: { id: SETTINGS_ID, ...after } }], result: after };
  });
}
