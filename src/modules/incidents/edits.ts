import { v7 as uuidv7 } from 'uuid';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { FromDevice } from '#platform/offline/contract.ts';
import { type Edit, settle, type Settled } from '#engines/merge/edits.ts';
import { utc } from './given.ts';
import type { IncidentRow, Tx } from './record.ts';
import { FACT_RULES, LATE_FACTS, type LateFact } from './late-rules.ts';

/** Where an edit comes from; without a device it is made on the server, by somebody who sees what stands there. */
type Source = { editId: string; device: FromDevice | null };

export const isLateFact = (field: string): field is LateFact => field in FACT_RULES;

/** Every edit of one field of an incident. */
export async function editsOf(tx: Tx, incidentId: string, field: LateFact): Promise<Edit[]> {
  const rows = await tx.selectFrom('incidents.factEdit').select(['id', 'value', 'at', 'deviceId', 'seq', 'baseVersion', 'version']).where('incidentId', '=', incidentId).where('field', '=', field).execute();
  return rows.map(({ id, value, at, deviceId, seq, baseVersion, version }) => ({ id, value, atMs: Date.parse(at), device: deviceId, seq: Number(seq), base: baseVersion, version }));
}

export async function disputedOf(tx: Tx, incidentId: string): Promise<string[]> {
  return (await tx.selectFrom('incidents.incident').select('disputed').where('id', '=', incidentId).executeTakeFirst())?.disputed ?? [];
}

/** Adds an edit and answers how its field stands with it. What was declared is no edit: who read the incident at all knew it. */
export async function addEdit(ctx: Ctx, tx: Tx, before: IncidentRow, field: LateFact, value: string, { editId, device }: Source): Promise<Settled> {
  const notedAt = ctx.now().toISOString();
  const heard = device ? Math.min(Date.parse(device.writtenAt) - device.skewMs, Date.parse(notedAt)) : Date.parse(notedAt);
  const row = {
    id: editId, incidentId: before.id, field, value, version: before.version + 1, baseVersion: Math.min(device?.baseVersion ?? before.version, before.version), at: new Date(heard).toISOString(), notedAt, byId: ctx.personId,
    deviceId: device?.deviceId ?? null, seq: device?.seq ?? 0, writtenAt: device ? utc(device.writtenAt) : null,
  };
  await tx.insertInto('incidents.factEdit').values(row).execute();
  return settle(await editsOf(tx, before.id, field), FACT_RULES[field]);
}

/** Keeps what was changed on the server beside what devices may still bring. Throws 409 where a field is disputed: that is decided first. */
export async function noteEdits(ctx: Ctx, tx: Tx, before: IncidentRow, facts: Readonly<Record<string, unknown>>): Promise<void> {
  const changed = LATE_FACTS.filter((field) => field in facts && facts[field] !== before[field]);
  if (changed.length === 0) return;
  const disputed = await disputedOf(tx, before.id);
  const first = changed.find((field) => disputed.includes(field));
  if (first) throw new Problem('conflict', 'incidents.disputed', 'Two versions of this stand. Look at both and decide which is right, then change it.', { errors: [{ pointer: `/${first}`, detail: 'Decide the conflict first.' }] });
  for (const field of changed) await addEdit(ctx, tx, before, field, String(facts[field]), { editId: uuidv7(), device: null });
}
