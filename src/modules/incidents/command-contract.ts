import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { POSITION_KINDS } from './command-rules.ts';
import { Standing } from './contract.ts';
import { Decision, Objective, SafetyMessage, Timer } from './objectives-contract.ts';

const ById = z.object({ id: z.uuid() });
const ByRow = z.object({ id: z.uuid(), rowId: z.uuid() });
const Reason = z.string().trim().min(3, 'Say why, in a few words').max(1_000);
const Title = z.string().trim().min(1, 'Give it a name').max(120);
const Text = z.string().trim().max(4_000);
const Time = z.iso.datetime({ offset: true, error: 'Write a time with its zone, like 2026-11-21T04:12:00Z' });
const Level = z.int().min(1).max(4);
const Briefing = z.record(z.string().max(40), z.string().trim().max(4_000));
const Outside = { name: z.string().trim().min(1).max(120).optional().describe('Who it is, where they have no account here'), agency: z.string().trim().max(120).default('').describe('Their organisation') };

export const PositionKind = z.enum(POSITION_KINDS);

const READ = 'incidents:read';
const COMMAND = 'incidents:command';
const ACTIVATE = 'incidents:activate';
const PLAN = 'incidents:plan-section';

export const LeftOpen = z.object({ objectives: z.number(), needs: z.number(), timers: z.number(), tasks: z.number(), transfers: z.number(), resources: z.number().describe('Not released') });
export type LeftOpen = z.infer<typeof LeftOpen>;
export const Activation = z.object({
  id: z.uuid(), number: z.number(), level: z.number(), mode: z.enum(['single', 'unified']), why: z.string(), activatedAt: z.string(), activatedBy: z.string(),
  endedAt: z.string().nullable(), endedBy: z.string().nullable(), endedWhy: z.string().nullable(), leftOpen: LeftOpen.nullable(),
});
export type Activation = z.infer<typeof Activation>;
export const Holder = z.object({ id: z.uuid(), seat: z.number(), personId: z.uuid().nullable(), name: z.string(), agency: z.string(), fromAt: z.string(), untilAt: z.string().nullable() });
export type Holder = z.infer<typeof Holder>;
export const Position = z.object({
  id: z.uuid(), parentId: z.uuid().nullable(), kind: PositionKind, title: z.string(), addedAt: z.string(), closedAt: z.string().nullable(),
  holders: z.array(Holder).describe('Who fills it now'), before: z.array(Holder).describe('Who filled it before, the latest first'),
  reports: z.number().describe('How many answer to it'), span: z.enum(['none', 'narrow', 'ok', 'wide']).describe('Against the manageable span of NIMS'),
});
export type Position = z.infer<typeof Position>;
export const Transfer = z.object({
  id: z.uuid(), holderId: z.uuid(), from: z.string(), toId: z.uuid(), to: z.string(), state: z.enum(['proposed', 'accepted', 'refused', 'withdrawn', 'assumed']), briefing: z.record(z.string(), z.string()),
  proposedAt: z.string(), decidedAt: z.string().nullable(), decidedBy: z.string().nullable(), why: z.string(),
});
export type Transfer = z.infer<typeof Transfer>;
export const Period = z.object({
  id: z.uuid(), number: z.number(), startsAt: z.string(), endsAt: z.string().describe('Planned'), emphasis: z.string(), endedAt: z.string().nullable(), begunBy: z.string(),
  steps: z.array(z.object({ key: z.string(), title: z.string(), who: z.string(), dueAt: z.string().describe('Counted back from the end of the period'), doneAt: z.string().nullable(), state: z.enum(['done', 'late', 'next', 'ahead']) })),
});
export type Period = z.infer<typeof Period>;

export const readCommand = endpoint({
  method: 'GET', path: '/:id/command', summary: 'The command of an incident: who commands, the organisation, the period and its clock', permission: READ, params: ById,
  reply: z.object({
    id: z.uuid(), number: z.string(), title: z.string(), state: z.enum(['open', 'closed']), severity: z.number(), site: z.string().nullable(), timeZone: z.string().nullable(), isWalled: z.boolean(), isSimulated: z.boolean(), logCount: z.number(),
    current: Activation.nullable(), past: z.array(Activation), suggested: z.object({ level: z.number(), levels: z.array(z.object({ level: z.number(), name: z.string(), meaning: z.string(), starts: z.array(z.object({ kind: PositionKind, title: z.string() })) })) }),
    positions: z.array(Position), transfers: z.array(Transfer).describe('The latest first'), periods: z.array(Period).describe('The latest first'),
    objectives: z.array(Objective).describe('First what comes first'), decisions: z.array(Decision).describe('The latest first'), safety: z.array(SafetyMessage), timers: z.array(Timer).describe('What runs first, by when it is due'),
    duties: z.array(z.object({ key: z.string(), title: z.string(), dueAt: z.string().nullable() })).describe('Legal duties to notify on which nobody has decided'),
    mine: z.array(z.string()).describe('What I may do with this incident'),
  }),
});
export type Command = z.infer<typeof readCommand.reply>;

export const activateCommand = endpoint({
  method: 'POST', path: '/:id/command/activate', summary: 'Activate a command: positions begin as the type and level ask, and somebody commands', permission: ACTIVATE, params: ById, status: 201,
  body: z.object({ level: Level.optional().describe('The level of its type where not said'), commanderId: z.uuid().optional().describe('Who leads the incident where not said and they may, else I'), why: z.string().trim().max(1_000).default('') }), reply: Standing,
});
export const endCommand = endpoint({
  method: 'POST', path: '/:id/command/end', summary: 'End the command; 422 counts what is still open unless it is said why it may stay so', permission: ACTIVATE, params: ById,
  body: z.object({ summary: z.string().trim().min(3, 'Say how it ended').max(3_000), despite: Reason.optional().describe('Why it ends although something is open') }), reply: Standing,
});

export const addPosition = endpoint({ method: 'POST', path: '/:id/command/positions', summary: 'Add a position under another', permission: COMMAND, params: ById, status: 201, body: z.object({ parentId: z.uuid(), kind: PositionKind, title: Title.optional() }), reply: Standing });
export const changePosition = endpoint({ method: 'PATCH', path: '/:id/command/positions/:rowId', summary: 'Rename a position or put it under another', permission: COMMAND, params: ByRow, body: z.object({ title: Title.optional(), parentId: z.uuid().optional() }), reply: Standing });
export const closePosition = endpoint({ method: 'POST', path: '/:id/command/positions/:rowId/close', summary: 'Dissolve a position that nobody answers to', permission: COMMAND, params: ByRow, body: z.object({ reason: Reason }), reply: Standing });
export const fillPosition = endpoint({
  method: 'POST', path: '/:id/command/positions/:rowId/fill', summary: 'Say who fills a position from now on; who filled it until now goes', permission: COMMAND, params: ByRow,
  body: z.object({ personId: z.uuid().optional(), ...Outside }), reply: Standing,
});
export const vacatePosition = endpoint({ method: 'POST', path: '/:id/command/positions/:rowId/vacate', summary: 'Say that nobody fills a position from now on', permission: COMMAND, params: ByRow, body: z.object({ reason: Reason }), reply: Standing });

export const proposeTransfer = endpoint({ method: 'POST', path: '/:id/command/transfers', summary: 'Hand over command with a briefing; the next holds it once they accept', permission: COMMAND, params: ById, status: 201, body: z.object({ toId: z.uuid(), briefing: Briefing }), reply: Standing });
export const acceptTransfer = endpoint({ method: 'POST', path: '/:id/command/transfers/:rowId/accept', summary: 'Accept command that was handed to me; 409 says who holds it where another was first', permission: COMMAND, params: ByRow, reply: Standing });
export const refuseTransfer = endpoint({ method: 'POST', path: '/:id/command/transfers/:rowId/refuse', summary: 'Refuse command that was handed to me', permission: COMMAND, params: ByRow, body: z.object({ reason: Reason }), reply: Standing });
export const withdrawTransfer = endpoint({ method: 'POST', path: '/:id/command/transfers/:rowId/withdraw', summary: 'Take back a hand-over of command that nobody has accepted', permission: COMMAND, params: ByRow, reply: Standing });
export const assumeCommand = endpoint({
  method: 'POST', path: '/:id/command/assume', summary: 'Take command from who holds it, without a hand-over; 409 says who holds it where another was first', permission: ACTIVATE, params: ById,
  body: z.object({ holderId: z.uuid().describe('Whose command I take, as I saw it'), reason: Reason }), reply: Standing,
});
export const joinCommand = endpoint({ method: 'POST', path: '/:id/command/join', summary: 'Let somebody command together with me: a unified command', permission: COMMAND, params: ById, body: z.object({ personId: z.uuid().optional(), ...Outside }), reply: Standing });
export const leaveCommand = endpoint({ method: 'POST', path: '/:id/command/leave', summary: 'End a seat of a unified command; the last one stays', permission: COMMAND, params: ById, body: z.object({ holderId: z.uuid(), reason: Reason }), reply: Standing });

export const beginPeriod = endpoint({
  method: 'POST', path: '/:id/command/periods', summary: 'Begin an operational period; the one before ends in the same moment', permission: COMMAND, params: ById, status: 201,
  body: z.object({ after: z.uuid().nullable().describe('The period that this ends, as I saw it; null where there is none'), endsAt: Time, emphasis: Text.default('') }), reply: Standing,
});
export const changePeriod = endpoint({ method: 'PATCH', path: '/:id/command/periods/:rowId', summary: 'Move the end of the present period, or say what matters most in it', permission: COMMAND, params: ByRow, body: z.object({ endsAt: Time.optional(), emphasis: Text.optional() }), reply: Standing });
export const markStep = endpoint({ method: 'POST', path: '/:id/command/periods/:rowId/steps', summary: 'Mark a step of the planning cycle as done, or take that back', permission: PLAN, params: ByRow, body: z.object({ step: z.string().max(40), isDone: z.boolean().default(true) }), reply: Standing });
