import { v7 as uuidv7 } from 'uuid';
import type { Input } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { changeCaseRow, changeLine, checkOpen, insertStep, refuse, type CaseRow, WRITE } from './case-row.ts';
import type { Standing } from './contract.ts';
import type * as contract from './finding-contract.ts';
import { type Lack, lacksFor } from './finding-rules.ts';
import type { State } from './rules.ts';
import { standingIn } from './standing.ts';

const WORDS: Record<Lack, string> = {
  allegation: 'Write down what is alleged', finding: 'Find on every allegation', element: 'Show every element of what is substantiated', 'root-cause': 'Say what let it happen', outcome: 'Say what came of it', loss: 'Note what was lost, or that nothing was', review: 'Have it reviewed',
};

/** 422 with one fault for each thing that is missing. */
export function refuseLacking(lacks: readonly Lack[]): void {
  if (lacks.length === 0) return;
  throw new Problem('refused', 'cases.lacking', `Something is missing: ${lacks.map((lack) => WORDS[lack]).join('; ')}.`, { errors: lacks.map((lack) => ({ pointer: `/${lack}`, detail: WORDS[lack] })) });
}

export function addLoss(ctx: Ctx, { id, ...loss }: Input<typeof contract.addLoss>): Promise<Standing> {
  return changeLine(ctx, WRITE, id, async (tx, room) => {
    checkOpen(room);
    if (loss.recoveredMinor > loss.amountMinor) throw refuse('recovered_more', 'More cannot be recovered than was lost.', '/recoveredMinor');
    const row = { id: uuidv7(), ...loss };
    await tx.insertInto('cases.loss').values({ ...row, caseId: id, addedBy: ctx.personId, addedAt: ctx.now().toISOString() }).execute();
    return { verb: 'loss-added', row, erasable: ['description'] };
  });
}

/** Writes root cause, outcome, and whether nothing was lost. */
export function writeEnding(ctx: Ctx, { id, ...ending }: Input<typeof contract.writeEnding>): Promise<Standing> {
  return changeCaseRow(ctx, 'cases:findings', id, async (_tx, before) => {
    checkOpen(before);
    const set = Object.fromEntries(Object.entries(ending).filter(([key, value]) => value !== undefined && value !== before[key as keyof CaseRow]));
    return Object.keys(set).length === 0 ? null : { set, verb: 'ending-written' };
  });
}

/** Refuses what cannot be done from here, and says how the case stands. */
export function checkState(row: CaseRow, wanted: State, detail: string): void {
  if (row.state !== wanted) throw new Problem('conflict', 'cases.other_state', `${detail} It is ${row.state} now.`, { state: row.state });
}

/** Takes the case through a gate. */
const move = (ctx: Ctx, id: string, { permission, from, to, verb }: { permission: string; from: State; to: 'investigating' | 'reviewing'; verb: string }): Promise<Standing> =>
  changeCaseRow(ctx, permission, id, async (tx, before) => {
    checkState(before, from, `This is done while a case is ${from}.`);
    refuseLacking(lacksFor(to, await standingIn(tx, before)));
    return { set: { state: to }, verb, step: { was: from, became: to } };
  });

export const beginCase = (ctx: Ctx, { id }: Input<typeof contract.beginCase>): Promise<Standing> => move(ctx, id, { permission: WRITE, from: 'assessing', to: 'investigating', verb: 'begun' });
export const submitCase = (ctx: Ctx, { id }: Input<typeof contract.submitCase>): Promise<Standing> => move(ctx, id, { permission: 'cases:findings', from: 'investigating', to: 'reviewing', verb: 'submitted' });

/** A supervisor's word on what was handed in: passed, or given back. Who wrote a finding of it never reviews it. */
export function reviewCase(ctx: Ctx, { id, verdict, words }: Input<typeof contract.reviewCase>): Promise<Standing> {
  return changeCaseRow(ctx, 'cases:approve', id, async (tx, before) => {
    checkState(before, 'reviewing', 'Only what was handed in is reviewed.');
    const own = await tx.selectFrom('cases.allegation').select('id').where('caseId', '=', id).where('foundBy', '=', ctx.personId).where('struckAt', 'is', null).executeTakeFirst();
    if (own) throw new Problem('refused', 'cases.own_finding', 'You wrote a finding of this case: another member reviews it.', { errors: [{ pointer: '/verdict', detail: 'Another member reviews it.' }] });
    await tx.insertInto('cases.review').values({ id: uuidv7(), caseId: id, verdict, words, byId: ctx.personId, at: ctx.now().toISOString() }).execute();
    if (verdict === 'returned') return { set: { state: 'investigating' }, verb: 'returned', step: { was: 'reviewing', became: 'investigating', reason: words }, more: { reason: words } };
    await insertStep(ctx, tx, id, { verb: 'reviewed', reason: words });
    return { set: {}, verb: 'reviewed', more: { reason: words } };
  });
}
