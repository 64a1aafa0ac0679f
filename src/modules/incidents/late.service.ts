import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { checkDevice } from '#platform/offline/accept.ts';
import type { FromDevice } from '#platform/offline/contract.ts';
import { deviceNames } from '#platform/offline/devices.service.ts';
import { headsOf, settle } from '#engines/merge/edits.ts';
import type * as contract from './contract.ts';
import type { Standing } from './contract.ts';
import { addEdit, disputedOf, editsOf, isLateFact } from './edits.ts';
import { recordLook } from './looks.ts';
import { changeIncident, checkOpen, type IncidentRow, incidents, READ, type Tx } from './record.ts';
import { refuseField } from './refusals.ts';
import { FACT_RULES, LATE_FACTS, type LateFact } from './late-rules.ts';

type Noted = Reply<typeof contract.noteFacts>;

/** Takes changes of facts that were written on a device, in whatever order they come and however often: each field ends the same. */
export function noteFacts(ctx: Ctx, { id, editId, device, ...facts }: Input<typeof contract.noteFacts>): Promise<Noted> {
  const given = LATE_FACTS.flatMap((field) => (facts[field] === undefined ? [] : [[field, facts[field]] as const]));
  // Around the change, so that what is kept for the same request again is the whole answer.
  return incidents.writeMany(ctx, 'incidents:write', async () => {
    let outcome: Outcome = { disputed: [], outlived: [] };
    const standing = await changeIncident(ctx, 'incidents:write', id, async (tx, before) => {
      const known = await tx.selectFrom('incidents.factEdit').select('id').where('id', '=', editId).where('incidentId', '=', id).where('byId', '=', ctx.personId).executeTakeFirst();
      if (known || given.length === 0) {
        outcome = await outcomeOf(tx, id, editId, given.map(([field]) => field));
        return null;
      }
      await checkDevice(ctx, device);
      await checkOpen(tx, before, { code: 'incidents.closed', then: 'What you wrote is kept on your device: write it into the log, or have the incident reopened.' });
      const { change, ...more } = await merge(ctx, tx, before, { editId, device }, given);
      outcome = more;
      return change;
    });
    return { changes: [], result: { ...standing, ...outcome } };
  });
}

type Outcome = Pick<Noted, 'disputed' | 'outlived'>;

async function merge(ctx: Ctx, tx: Tx, before: IncidentRow, source: { editId: string; device: FromDevice }, given: readonly (readonly [LateFact, string])[]) {
  const { editId, device } = source;
  const disputed = new Set(await disputedOf(tx, before.id));
  const wasDisputed = disputed.size;
  const set: Partial<Record<LateFact, string>> = {};
  const outlived: string[] = [];
  for (const [field, value] of given) {
    const { standing, isDisputed } = await addEdit(ctx, tx, before, field, value, source);
    set[field] = standing?.value ?? value;
    if (isDisputed) disputed.add(field);
    else disputed.delete(field);
    if (standing?.id !== editId) outlived.push(field);
  }
  const mine = given.map(([field]) => field).filter((field) => disputed.has(field));
  const verb = disputed.size > wasDisputed ? 'disputed' : 'changed';
  const change = {
    set: { ...set, disputed: [...disputed].sort() }, verb, erasable: ['written'],
    more: { deviceId: device.deviceId, writtenAt: device.writtenAt, baseVersion: device.baseVersion, written: Object.fromEntries(given) },
    ...(verb === 'disputed' && { step: { became: mine.join(', ') } }),
  };
  return { disputed: mine, outlived, change };
}

async function outcomeOf(tx: Tx, id: string, editId: string, fields: readonly LateFact[]): Promise<Outcome> {
  const outlived: string[] = [];
  for (const field of fields) if (settle(await editsOf(tx, id, field), FACT_RULES[field]).standing?.id !== editId) outlived.push(field);
  const disputed = await disputedOf(tx, id);
  return { disputed: fields.filter((field) => disputed.includes(field)), outlived };
}

/** Every version that stands, by field; of a walled incident the look is recorded first. */
export async function listConflicts(ctx: Ctx, { id }: Input<typeof contract.listConflicts>): Promise<Reply<typeof contract.listConflicts>> {
  const [rows, edits] = await incidents.readAll(ctx, READ, (db) => [
    db.selectFrom('incidents.incident').select(['id', 'siteId', 'wallId', 'disputed']).where('id', '=', id),
    db.selectFrom('incidents.factEdit as e').leftJoin('access.person as p', 'p.id', 'e.byId').select(['e.id', 'e.field', 'e.value', 'e.at', 'e.writtenAt', 'e.notedAt', 'e.deviceId', 'e.seq', 'e.baseVersion', 'e.version', 'p.name as by']).where('e.incidentId', '=', id).orderBy('e.id').limit(2_000),
  ]);
  const row = rows[0];
  if (!row) throw notFound();
  await recordLook(ctx, row);
  const names = await deviceNames(ctx, [...new Set(edits.flatMap(({ deviceId }) => deviceId ?? []))]);
  const items = row.disputed.filter(isLateFact).map((field) => {
    const own = edits.filter((edit) => edit.field === field);
    const { standing, heads } = settle(own.map((one) => ({ id: one.id, value: one.value, atMs: Date.parse(one.at), device: one.deviceId, seq: Number(one.seq), base: one.baseVersion, version: one.version })), FACT_RULES[field]);
    const versions = heads.flatMap(({ id: editId }) => own.filter((one) => one.id === editId)).map((one) => ({ editId: one.id, value: one.value, by: one.by ?? '', at: one.at, writtenAt: one.writtenAt, notedAt: one.notedAt, device: one.deviceId === null ? null : (names.get(one.deviceId) ?? ''), isStanding: one.id === standing?.id }));
    return { field, versions };
  });
  return { items };
}

/** A person decides. The decision knew of every version that was looked at; where another came meanwhile, it is looked at first. */
export function settleConflict(ctx: Ctx, { id, field, seen, value, reason }: Input<typeof contract.settleConflict>): Promise<Standing> {
  return changeIncident(ctx, 'incidents:write', id, async (tx, before) => {
    await checkOpen(tx, before);
    const disputed = await disputedOf(tx, id);
    if (!isLateFact(field) || !disputed.includes(field)) throw new Problem('conflict', 'incidents.settled', 'This is decided already. Read the incident again.');
    const heads = headsOf(await editsOf(tx, id, field)).map((edit) => edit.id);
    if (heads.some((head) => !seen.includes(head)) || seen.some((one) => !heads.includes(one))) throw new Problem('conflict', 'incidents.another_version', 'Another version came meanwhile. Look at all of them, then decide.', { errors: [{ pointer: '/seen', detail: 'Look at every version.' }] });
    if (field === 'title' && (value === '' || value.length > 200)) throw refuseField('/value', 'incidents.title', 'Say what happened, in 1 to 200 characters.');
    const { standing } = await addEdit(ctx, tx, before, field, value, { editId: uuidv7(), device: null });
    return { set: { [field]: standing?.value ?? value, disputed: disputed.filter((one) => one !== field) }, verb: 'settled', step: { became: field, reason }, more: { field, seen, decided: value, reason }, erasable: ['decided'] };
  });
}
