import type { Input } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { openTasksOf } from '#modules/tasks/public.ts';
import { checkNoCommand } from './command/in-force.ts';
import type * as contract from './contract.ts';
import type { Standing } from './contract.ts';
import { answersOf, factsOf, linesOf } from './facts.ts';
import { BREACH_CLOCKS } from './breach-rules.ts';
import { noteEdits } from './edits.ts';
import { checkNotMerged } from './merges/merge-rows.ts';
import { idsWithMerged } from './merges/merges.service.ts';
import { checkSite, checkTimes, json, merged, utc } from './given.ts';
import { changeIncident, checkOpen, type Tx } from './record.ts';
import { allowed, EVERYTHING, refuseField } from './refusals.ts';
import * as rules from './rules.ts';

/** Changes facts. `If-Match` with another version than the present one is 412. */
export function changeFacts(ctx: Ctx, { id, fields, ...facts }: Input<typeof contract.changeFacts>): Promise<Standing> {
  return changeIncident(ctx, 'incidents:write', id, async (tx, before) => {
    if (ctx.ifMatch !== undefined && ctx.ifMatch !== before.version) throw new Problem('stale', 'incidents.stale', 'Somebody changed it since you read it. Read it again; what you wrote is still on your screen.', { version: before.version });
    await checkOpen(tx, before);
    if (fields) checkDuties(fields);
    if (fields) allowed(rules.answer(factsOf(before), EVERYTHING, fields), before.typeKey);
    const times = Object.fromEntries((['occurredFrom', 'occurredTo', 'knownAt'] as const).flatMap((key) => (facts[key] === undefined || facts[key] === null ? [] : [[key, utc(facts[key])]])));
    const set = { ...facts, ...times };
    checkTimes({ occurredFrom: before.occurredFrom, occurredTo: before.occurredTo, knownAt: before.knownAt, ...withoutUndefined(set) });
    if (Object.keys(set).length === 0 && !fields) return null;
    if (facts.siteId !== undefined) await checkSite(tx, facts.siteId, 'incidents:write');
    await noteEdits(ctx, tx, before, withoutUndefined(facts));
    const isMoved = facts.siteId !== undefined && facts.siteId !== before.siteId;
    const isHandedOver = facts.commanderId !== undefined && facts.commanderId !== before.commanderId;
    if (isMoved) await checkNotMerged(tx, before, 'move it');
    if (isHandedOver) await checkNoCommand(tx, id, 'A command is in force: hand it over there, with a briefing.');
    return {
      set: { ...withoutUndefined(set), ...(fields && { fields: json(merged(answersOf(before), fields)) }) }, verb: isMoved ? 'moved' : isHandedOver ? 'assigned' : 'changed',
      ...(isHandedOver && { step: { became: await nameOf(tx, facts.commanderId ?? null) } }),
      // Not from where: who sees it here may not see that site.
      ...(isMoved && { step: {} }),
    };
  });
}

/** A duty to notify of a breach is met by its notice, and not due by the word of two. */
function checkDuties(fields: Record<string, unknown>): void {
  for (const key of BREACH_CLOCKS) {
    const decision = (fields[`clock.${key}`] as { decision?: string } | null | undefined)?.decision;
    if (decision === 'met') throw refuseField(`/fields/clock.${key}`, 'incidents.note_notice', 'Note the notice with its date and reference on the record of the breach: the duty is met then.');
    if (decision === 'not-due') throw refuseField(`/fields/clock.${key}`, 'incidents.two_say_not_due', 'That a duty to notify of a breach is not due is said by two people: propose it on the record of the breach.');
  }
}

const nameOf = async (tx: Tx, personId: string | null): Promise<string | null> => (await tx.selectFrom('access.person').select('name').where('id', '=', personId).executeTakeFirst())?.name ?? null;

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };
const withoutUndefined = <T extends object>(value: T): Partial<Defined<T>> => Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<Defined<T>>;

export function classifyIncident(ctx: Ctx, { id, type, subtype, reason }: Input<typeof contract.classifyIncident>): Promise<Standing> {
  return changeIncident(ctx, 'incidents:write', id, async (tx, before) => {
    await checkOpen(tx, before);
    const { typeKey } = allowed(rules.classify(factsOf(before), EVERYTHING, { typeKey: type, subtype, severity: before.severity }));
    if (typeKey === before.typeKey && subtype === before.subtype) return null;
    return { set: { typeKey, subtype }, verb: 'classified', step: { was: before.typeKey, became: typeKey, reason }, more: { reason } };
  });
}

export function changeSeverity(ctx: Ctx, { id, severity, reason }: Input<typeof contract.changeSeverity>): Promise<Standing> {
  return changeIncident(ctx, 'incidents:write', id, async (tx, before) => {
    await checkOpen(tx, before);
    if (severity === before.severity) return null;
    return { set: { severity }, verb: 'severity-changed', step: { was: String(before.severity), became: String(severity), reason }, more: { reason } };
  });
}

/** Closes it, once nothing that its type asks for is missing. */
export function closeIncident(ctx: Ctx, { id, reason, summary }: Input<typeof contract.closeIncident>): Promise<Standing> {
  return changeIncident(ctx, 'incidents:close', id, async (tx, before) => {
    await checkOpen(tx, before, { code: 'incidents.already_closed', then: 'Nothing is left to do.' });
    const facts = factsOf(before, { ...(await linesOf(tx, id)), openTasks: (await Promise.all((await idsWithMerged(tx, id)).map((one) => openTasksOf(ctx, one)))).flat() });
    allowed(rules.close(facts, EVERYTHING, { reason, summary }, ctx.now()), before.typeKey);
    await checkNoCommand(tx, id, 'End its command first.');
    const closedAt = ctx.now().toISOString();
    return { set: { state: 'closed', closedBy: ctx.personId, closedAt, closureReason: reason, closureSummary: summary }, verb: 'closed', step: { was: 'open', became: 'closed', reason: summary } };
  });
}

export function reopenIncident(ctx: Ctx, { id, reason }: Input<typeof contract.reopenIncident>): Promise<Standing> {
  return changeIncident(ctx, 'incidents:close', id, async (tx, before) => {
    if (before.mergedInto !== null) await checkNotMerged(tx, before, 'reopen it');
    const { state } = allowed(rules.reopen(factsOf(before), EVERYTHING, reason));
    return { set: { state, closedBy: null, closedAt: null, closureReason: null, closureSummary: null }, verb: 'reopened', step: { was: 'closed', became: state, reason }, more: { reason } };
  });
}
