import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { Standing } from './contract.ts';

const ById = z.object({ id: z.uuid() });
const ByRow = z.object({ id: z.uuid(), rowId: z.uuid() });
const Reason = z.string().trim().min(3, 'Say why, in a few words').max(1_000);
const Text = z.string().trim().max(4_000);
const Time = z.iso.datetime({ offset: true, error: 'Write a time with its zone, like 2026-11-21T04:12:00Z' });

const COMMAND = 'incidents:command';
const PLAN = 'incidents:plan-section';
const WRITE = 'incidents:write';

export const Progress = z.enum(['open', 'partly', 'met']);
export type Progress = z.infer<typeof Progress>;
const Struck = { struckAt: z.string().nullable(), struckBy: z.string().nullable(), struckReason: z.string().nullable() };
export const Need = z.object({ id: z.uuid(), text: z.string(), state: Progress, changedAt: z.string() });
export type Need = z.infer<typeof Need>;
export const Objective = z.object({
  id: z.uuid(), number: z.number(), text: z.string(), strategies: z.string(), priority: z.number().describe('1 first, 3 last'), positionId: z.uuid().nullable().describe('The position that owns it'), period: z.number().nullable().describe('The period in which it was set'),
  state: Progress, setAt: z.string(), setBy: z.string(), changedAt: z.string(), ...Struck, needs: z.array(Need),
});
export type Objective = z.infer<typeof Objective>;
export const Decision = z.object({ id: z.uuid(), number: z.number(), decision: z.string(), why: z.string(), options: z.string(), decidedBy: z.string(), at: z.string(), notedBy: z.string(), ...Struck });
export type Decision = z.infer<typeof Decision>;
export const SafetyMessage = z.object({ id: z.uuid(), text: z.string(), at: z.string(), by: z.string(), endedAt: z.string().nullable() });
export type SafetyMessage = z.infer<typeof SafetyMessage>;
export const Timer = z.object({ id: z.uuid(), name: z.string(), dueAt: z.string(), startedAt: z.string(), startedBy: z.string(), stoppedAt: z.string().nullable() });
export type Timer = z.infer<typeof Timer>;

const Words = z.string().trim().min(1, 'Say what is to be reached').max(500);
const Priority = z.int().min(1).max(3);

export const setObjective = endpoint({
  method: 'POST', path: '/:id/command/objectives', summary: 'Set an objective of the command, with what it needs', permission: COMMAND, params: ById, status: 201,
  body: z.object({ text: Words, strategies: Text.default(''), priority: Priority.default(2), positionId: z.uuid().nullable().default(null), needs: z.array(Words).max(20).default([]) }), reply: Standing,
});
export const changeObjective = endpoint({
  method: 'PATCH', path: '/:id/command/objectives/:rowId', summary: 'Change how an objective is worded, reached or owned', permission: COMMAND, params: ByRow,
  body: z.object({ text: Words, strategies: Text, priority: Priority, positionId: z.uuid().nullable() }).partial(), reply: Standing,
});
export const moveObjective = endpoint({ method: 'POST', path: '/:id/command/objectives/:rowId/state', summary: 'Say how far an objective is: open, partly or met', permission: PLAN, params: ByRow, body: z.object({ state: Progress }), reply: Standing });
export const strikeObjective = endpoint({ method: 'POST', path: '/:id/command/objectives/:rowId/strike', summary: 'Strike an objective; it stays, with the reason', permission: COMMAND, params: ByRow, body: z.object({ reason: Reason }), reply: Standing });
export const addNeed = endpoint({ method: 'POST', path: '/:id/command/objectives/:rowId/needs', summary: 'Say what an objective needs', permission: PLAN, params: ByRow, status: 201, body: z.object({ text: Words }), reply: Standing });
export const moveNeed = endpoint({ method: 'POST', path: '/:id/command/needs/:rowId/state', summary: 'Say how far a need is: open, partly or met', permission: PLAN, params: ByRow, body: z.object({ state: Progress }), reply: Standing });

export const noteDecision = endpoint({
  method: 'POST', path: '/:id/command/decisions', summary: 'Note a decision of the command, why, and instead of what', permission: PLAN, params: ById, status: 201,
  body: z.object({ decision: z.string().trim().min(1, 'Say what was decided').max(2_000), why: Text.default(''), options: Text.default(''), decidedBy: z.uuid().optional().describe('Who decided, where it was not I') }), reply: Standing,
});
export const strikeDecision = endpoint({ method: 'POST', path: '/:id/command/decisions/:rowId/strike', summary: 'Strike a decision; it stays, with the reason', permission: PLAN, params: ByRow, body: z.object({ reason: Reason }), reply: Standing });

export const warnOfSafety = endpoint({ method: 'POST', path: '/:id/command/safety', summary: 'Warn everybody on the incident', permission: PLAN, params: ById, status: 201, body: z.object({ text: z.string().trim().min(3, 'Say what to look out for').max(2_000) }), reply: Standing });
export const endSafety = endpoint({ method: 'POST', path: '/:id/command/safety/:rowId/end', summary: 'Say that a warning stands no longer', permission: PLAN, params: ByRow, reply: Standing });

export const startTimer = endpoint({ method: 'POST', path: '/:id/command/timers', summary: 'Start a named timer that rings on the board', permission: WRITE, params: ById, status: 201, body: z.object({ name: z.string().trim().min(1, 'Say what it is for').max(120), dueAt: Time }), reply: Standing });
export const stopTimer = endpoint({ method: 'POST', path: '/:id/command/timers/:rowId/stop', summary: 'Stop a timer', permission: WRITE, params: ByRow, reply: Standing });
