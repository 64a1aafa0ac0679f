import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { begin, inForceByKey } from './begin.ts';
import type * as contract from './contract.ts';
import type { Run } from './contract.ts';
import { at, FOLLOW, procedureById, procedures, type Tx } from './rows.ts';
import { type Due, mayLeave, standingEntries, standingOf } from './rules.ts';
import { hasEnded, headOf, holdRun, inRun, type NamedEntry, runOf, type RunRow, selectRuns, selectWhole } from './run-row.ts';

export async function listRuns(ctx: Ctx, { state, procedureId, after, limit }: Input<typeof contract.listRuns>): Promise<Reply<typeof contract.listRuns>> {
  let query = selectRuns(procedures.read(ctx)).orderBy('r.begunAt', 'desc').orderBy('r.id', 'desc').limit(limit);
  if (state) query = query.where('r.state', '=', state);
  if (procedureId) query = query.where('r.procedureId', '=', procedureId);
  if (after) {
    const place = readCursor(after);
    query = query.where(sql<boolean>`(r.begun_at, r.id) < (${place.at}::timestamptz, ${place.id}::uuid)`);
  }
  const rows = await query.execute();
  const last = rows.at(-1);
  return { items: rows.map(headOf), next: rows.length === limit && last ? cursorAfter(last.begunAt, last.id) : null };
}

export async function runsOn(ctx: Ctx, { recordId }: Input<typeof contract.runsOn>): Promise<Reply<typeof contract.runsOn>> {
  const rows = await selectWhole(procedures.read(ctx)).where('r.recordId', '=', recordId).orderBy('r.begunAt').orderBy('r.id').limit(50).execute();
  return { items: rows.map(runOf) };
}

export async function getRun(ctx: Ctx, { id }: Input<typeof contract.getRun>): Promise<Run> {
  const row = await selectWhole(procedures.read(ctx)).where('r.id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  return runOf(row);
}

const whole = async (tx: Tx, id: string): Promise<Run> => runOf(await selectWhole(tx).where('r.id', '=', id).executeTakeFirstOrThrow());

/** Begins a procedure by hand on an alarm that is open: one whose type begins none, or a second one. */
export async function beginRun(ctx: Ctx, { recordId, procedureId }: Input<typeof contract.beginRun>): Promise<Run> {
  return procedures.writeMany(ctx, FOLLOW, async (tx) => {
    const record = await tx.selectFrom('platform.record').select(['id', 'kind', 'state', 'siteId', 'wallId']).where('id', '=', recordId).executeTakeFirst();
    if (!record) throw new Problem('refused', 'procedures.no_such_record', 'There is no such record.', { errors: [{ pointer: '/recordId', detail: 'There is no such record.' }] });
    if (record.kind !== 'alarms.alarm' || record.wallId !== null) throw new Problem('refused', 'procedures.only_on_alarms', 'A procedure is followed on an alarm.');
    if (record.state === 'closed') throw new Problem('conflict', 'procedures.record_closed', 'The alarm is closed.');
    const { active, ...procedure } = await procedureById(tx, procedureId);
    if (active === null) throw new Problem('refused', 'procedures.not_active', `No version of “${procedure.title}” is in force.`);
    const { changes, runId } = await begin(ctx, tx, { recordId, siteId: record.siteId, wallId: null }, { ...procedure, active });
    if (runId === null) throw new Problem('conflict', 'procedures.under_way', `“${procedure.title}” is under way here already.`);
    return { changes, result: await whole(tx, runId) };
  });
}

type Held = { run: RunRow; content: Run['content']; entries: readonly NamedEntry[] };
type Doing = { stepId: string; what: 'done' | 'skipped'; answer: string | null; note: string; seen: number | undefined };

/** Of two who are at a step at once, the second is told who was first, and what they said. */
function answeredBy(ctx: Ctx, { entries, content }: Held, stepId: string, after: number): Problem | null {
  const first = standingEntries(entries).findLast((entry) => entry.stepId === stepId && entry.seq > after) as NamedEntry | undefined;
  if (!first) return null;
  const step = content.steps.find(({ id }) => id === stepId);
  const who = first.byId === ctx.personId ? 'You have' : `${first.by} has`;
  const did = first.what === 'skipped' ? 'passed over' : 'answered';
  return new Problem('conflict', 'procedures.answered_already', `${who} ${did} this step already${step?.kind === 'question' && first.answer !== null ? `: ${first.answer}` : ''}.`, { by: { id: first.byId, name: first.by }, answer: first.answer });
}

function checkDue(ctx: Ctx, held: Held, { stepId, what, answer, seen }: Doing): Due {
  if (held.run.state === 'ended') throw hasEnded();
  const raced = seen === undefined ? null : answeredBy(ctx, held, stepId, seen);
  if (raced) throw raced;
  const may = mayLeave(standingOf(held.content, held.run.begunAt, held.entries), stepId, answer, what);
  if (may.ok) return may.due;
  const earlier = may.code === 'not-due' ? answeredBy(ctx, held, stepId, 0) : null;
  if (earlier) throw earlier;
  throw new Problem('refused', `procedures.${may.code.replaceAll('-', '_')}`, may.reason, may.code === 'not-due' ? {} : { errors: [{ pointer: may.code === 'end-by-closing' ? '/stepId' : '/answer', detail: may.reason }] });
}

async function addEntry(ctx: Ctx, tx: Tx, { run, entries }: Held, entry: { stepId: string; what: NamedEntry['what']; answer: string | null; note: string; dueAt: string | null }): Promise<void> {
  await tx.insertInto('procedures.entry').values({ runId: run.id, seq: (entries.at(-1)?.seq ?? 0) + 1, ...entry, at: at(ctx), by: ctx.personId }).execute();
  await tx.updateTable('procedures.run').set((eb) => ({ version: eb('version', '+', 1) })).where('id', '=', run.id).execute();
}

/** Leaves a step; one that hands over begins the other procedure on the same record, and both keep their log. */
async function leaveStep(ctx: Ctx, tx: Tx, id: string, doing: Doing, verb: (due: Due) => Change<{ id: string }>['verb']): Promise<{ changes: Change<{ id: string }>[]; result: Run }> {
  const held = await holdRun(tx, id);
  const due = checkDue(ctx, held, doing);
  await addEntry(ctx, tx, held, { stepId: doing.stepId, what: doing.what, answer: doing.answer, note: doing.note, dueAt: due.dueAt });
  const said = doing.what === 'skipped' ? { reason: doing.note } : { note: doing.note };
  const change = inRun(verb(due), held.run, { stepId: doing.stepId, text: due.step.text, answer: doing.answer, dueAt: due.dueAt, ...said });
  const next = doing.what === 'done' && due.step.handsOverTo !== null ? await inForceByKey(tx, due.step.handsOverTo) : null;
  const begun = next ? await begin(ctx, tx, { recordId: held.run.recordId, siteId: held.run.siteId, wallId: held.run.wallId }, next) : { changes: [] };
  return { changes: [change, ...begun.changes], result: await whole(tx, id) };
}

export const answerStep = (ctx: Ctx, { id, ...input }: Input<typeof contract.answerStep>): Promise<Run> =>
  procedures.writeMany(ctx, FOLLOW, (tx) => leaveStep(ctx, tx, id, { ...input, seen: input.seen, what: 'done' }, () => 'answered'));

/** A required step is passed over with a reason, and the supervisor is told; an optional one as it is. */
export const skipStep = (ctx: Ctx, { id, stepId, answer, reason, seen }: Input<typeof contract.skipStep>): Promise<Run> =>
  procedures.writeMany(ctx, FOLLOW, (tx) =>
    leaveStep(ctx, tx, id, { stepId, answer, note: reason, seen, what: 'skipped' }, ({ step }) => {
      if (!step.required) return 'passed-over';
      const detail = 'Say why this required step is passed over; the supervisor is told.';
      if (reason.length < 3) throw new Problem('refused', 'procedures.say_why', detail, { errors: [{ pointer: '/reason', detail }] });
      return 'step-skipped';
    }));

export async function tryCall(ctx: Ctx, { id, stepId, contact, note }: Input<typeof contract.tryCall>): Promise<Run> {
  return procedures.writeMany(ctx, FOLLOW, async (tx) => {
    const held = await holdRun(tx, id);
    if (held.run.state === 'ended') throw hasEnded();
    const due = standingOf(held.content, held.run.begunAt, held.entries).due.find(({ step }) => step.id === stepId);
    const list = held.content.callLists.find(({ key }) => key === due?.step.callList);
    if (!list?.contacts.includes(contact)) throw new Problem('refused', 'procedures.no_such_contact', 'That contact is not on the call list of a step that is due.', { errors: [{ pointer: '/contact', detail: 'Choose a contact of the list.' }] });
    await addEntry(ctx, tx, held, { stepId, what: 'tried', answer: contact, note, dueAt: null });
    return { changes: [inRun('call-tried', held.run, { stepId, contact, note })], result: await whole(tx, id) };
  });
}

/** Takes the last answer back: the run stands again where it stood before it. */
export async function takeBack(ctx: Ctx, { id, seen }: Input<typeof contract.takeBack>): Promise<Run> {
  return procedures.writeMany(ctx, FOLLOW, async (tx) => {
    const held = await holdRun(tx, id);
    if (held.run.state === 'ended') throw hasEnded();
    const last = standingEntries(held.entries).at(-1) as NamedEntry | undefined;
    if (!last) throw new Problem('conflict', 'procedures.nothing_to_take_back', 'Nothing was answered yet.');
    const newest = held.entries.at(-1);
    if (seen !== undefined && newest && newest.seq > seen) throw new Problem('conflict', 'procedures.moved_on', `${newest.byId === ctx.personId ? 'You have' : `${newest.by} has`} gone on since. Look again, then take back what is to be.`);
    await addEntry(ctx, tx, held, { stepId: last.stepId, what: 'taken-back', answer: last.answer, note: '', dueAt: null });
    return { changes: [inRun('taken-back', held.run, { stepId: last.stepId, answer: last.answer })], result: await whole(tx, id) };
  });
}
