import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { Ctx } from '#platform/kernel/store.ts';
import { alarms } from './alarm-row.ts';
import { Definition } from './rule-contract.ts';
import { toldOfRule } from './rules.service.ts';

const Shipped = z.strictObject({ rules: z.array(z.strictObject({ key: z.string(), name: z.string(), why: z.string(), definition: Definition })) });
const SHIPPED = Shipped.parse(JSON.parse(readFileSync(new URL('./content/rules.json', import.meta.url), 'utf8'))).rules;

/** Puts the rules that come with the program into force, once an installation; from then on they are changed like any other, by the organisation. */
export async function bringShippedRules(ctx: Ctx): Promise<void> {
  const known = await alarms.read(ctx, 'alarms:raise').selectFrom('alarms.rule').select('shipped').where('shipped', 'is not', null).execute();
  const missing = SHIPPED.filter(({ key }) => !known.some(({ shipped }) => shipped === key));
  if (missing.length === 0) return;
  await alarms.writeMany(ctx, 'alarms:raise', async (tx) => {
    const at = ctx.now().toISOString();
    const changes = [];
    for (const { key, name, why, definition } of missing) {
      const [{ number }] = (await tx.selectNoFrom([sql<string>`platform.next_number('RUL', ${ctx.now().getUTCFullYear()})`.as('number')]).execute()) as [{ number: string }];
      const id = uuidv7();
      const made = await tx.insertInto('alarms.rule').values({ id, number, name, createdBy: ctx.personId, createdAt: at, shipped: key }).onConflict((conflict) => conflict.column('shipped').doNothing()).returning('id').executeTakeFirst();
      if (!made) continue;
      const versionId = uuidv7();
      await tx.insertInto('alarms.ruleVersion').values({ id: versionId, ruleId: id, n: 1, name, why, definition: JSON.stringify(definition), state: 'active', writtenBy: ctx.personId, writtenAt: at, activatedBy: ctx.personId, activatedAt: at, activatedWhy: 'Comes with the program', isAlone: true }).execute();
      changes.push(toldOfRule('rule-activated', null, { id, versionId, n: 1, reason: 'Comes with the program' }));
    }
    return { changes, result: null };
  });
}
