import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { Procedure, WholeProcedure } from './procedure.ts';

const ById = z.strictObject({ id: z.uuid() });
const Reason = z.string().trim().min(3, 'Say why, in a few words').max(1000);
const Note = z.string().trim().max(2000).default('');
const StepId = z.string().max(20);
const Seen = z.int().min(0).max(10_000).optional().describe('How many entries of the run the sender had seen: of two who answer at once, the second is told who did');

const Version = z.object({ version: z.number(), state: z.enum(['draft', 'active', 'past']), madeAt: z.string(), madeBy: z.string().nullable().describe('Null: it came with the product'), inForceAt: z.string().nullable(), inForceBy: z.string().nullable(), reason: z.string().nullable() });
export const Fault = z.object({ stepId: z.string().nullable(), weight: z.enum(['error', 'hint']), words: z.string() });

export const ProcedureHead = z.object({ id: z.uuid(), key: z.string(), title: z.string(), types: z.array(z.string()), steps: z.number(), active: z.number().nullable(), latest: z.number(), isShipped: z.boolean(), runs: z.number().describe('Runs of the last 90 days that the reader sees') });
export type ProcedureHead = z.infer<typeof ProcedureHead>;
export const ProcedureDetail = ProcedureHead.extend({ version: z.number(), content: WholeProcedure, versions: z.array(Version), faults: z.array(Fault) });
export type ProcedureDetail = z.infer<typeof ProcedureDetail>;

export const listProcedures = endpoint({ method: 'GET', path: '/', summary: 'Procedures, by title', permission: 'procedures:read', query: z.strictObject({ state: z.enum(['all', 'active', 'not-active']).default('all') }), reply: z.object({ items: z.array(ProcedureHead) }) });
export const getProcedure = endpoint({ method: 'GET', path: '/:id', summary: 'One procedure: a version with its steps, what the checker says of it, and all versions', permission: 'procedures:read', params: ById, query: z.strictObject({ version: z.coerce.number().int().min(1).optional() }), reply: ProcedureDetail });
export const exportProcedure = endpoint({ method: 'GET', path: '/:id/export', summary: 'One version as a file', permission: 'procedures:read', params: ById, query: z.strictObject({ format: z.enum(['json', 'csv']).default('json'), version: z.coerce.number().int().min(1).optional() }), reply: z.object({ name: z.string(), mediaType: z.string(), text: z.string() }) });
export const checkDraft = endpoint({ method: 'POST', path: '/check', summary: 'What the checker says of a procedure that is not saved', permission: 'procedures:read', body: z.strictObject({ content: Procedure }), reply: z.object({ faults: z.array(Fault) }) });

export const saveProcedure = endpoint({
  method: 'POST', path: '/', summary: 'Save a procedure as a new version, which is a draft; by its key it is a new one, or a version of the one that has it', permission: 'procedures:write', status: 201,
  body: z.strictObject({ content: Procedure, after: z.int().min(0).optional().describe('The newest version that the writer knew; another is refused with 412') }), reply: z.object({ id: z.uuid(), version: z.number(), faults: z.array(Fault) }),
});
export const importProcedure = endpoint({
  method: 'POST', path: '/import', summary: 'Read a procedure from a file and save it as a new version, a draft', permission: 'procedures:write', status: 201,
  body: z.strictObject({ format: z.enum(['json', 'csv']), text: z.string().max(500_000) }), reply: z.object({ id: z.uuid(), version: z.number(), faults: z.array(Fault) }),
});
const Decided = z.object({ decisionId: z.uuid(), state: z.enum(['waiting', 'alone']) });
export const activate = endpoint({ method: 'POST', path: '/:id/activate', summary: 'Propose to put a version in force; another person decides', permission: 'procedures:publish', params: ById, body: z.strictObject({ version: z.int().min(1), reason: Reason }), reply: Decided });
export const retire = endpoint({ method: 'POST', path: '/:id/retire', summary: 'Propose to take a procedure out of force; another person decides', permission: 'procedures:publish', params: ById, body: z.strictObject({ reason: Reason }), reply: Decided });

const Entry = z.object({ seq: z.number(), stepId: z.string(), what: z.enum(['done', 'skipped', 'tried', 'taken-back', 'ended']), answer: z.string().nullable(), note: z.string(), dueAt: z.string().nullable(), at: z.string(), byId: z.uuid(), by: z.string() });
export type RunEntry = z.infer<typeof Entry>;
export const RunHead = z.object({
  id: z.uuid(), number: z.string(), title: z.string(), state: z.enum(['running', 'ended']), procedureId: z.uuid(), procedureVersion: z.number(),
  record: z.object({ id: z.uuid(), kind: z.string(), number: z.string().nullable(), title: z.string() }), siteId: z.uuid().nullable(),
  begunAt: z.string(), begunBy: z.string(), endedAt: z.string().nullable(), endedBy: z.string().nullable(), steps: z.number(), late: z.number().describe('Steps that were done after their target'), skipped: z.number(),
});
export type RunHead = z.infer<typeof RunHead>;
/** A run with the version that it follows: where it stands follows from both, by `standingOf`. */
export const Run = RunHead.extend({ content: WholeProcedure, entries: z.array(Entry), version: z.number() });
export type Run = z.infer<typeof Run>;

export const listRuns = endpoint({
  method: 'GET', path: '/runs', summary: 'Runs, newest first', permission: 'procedures:read',
  query: z.strictObject({ state: z.enum(['running', 'ended']).optional(), procedureId: z.uuid().optional(), after: z.string().max(300).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }), reply: z.object({ items: z.array(RunHead), next: z.string().nullable() }),
});
export const runsOn = endpoint({ method: 'GET', path: '/runs/on', summary: 'All runs on a record whole, oldest first', permission: 'procedures:read', query: z.strictObject({ recordId: z.uuid() }), reply: z.object({ items: z.array(Run) }) });
export const getRun = endpoint({ method: 'GET', path: '/runs/:id/log', summary: 'One run whole: the version that it follows, and what was done', permission: 'procedures:read', params: ById, reply: Run });
export const beginRun = endpoint({ method: 'POST', path: '/runs', summary: 'Begin a procedure that is in force on an alarm', permission: 'procedures:follow', status: 201, body: z.strictObject({ recordId: z.uuid(), procedureId: z.uuid() }), reply: Run });
export const answerStep = endpoint({ method: 'POST', path: '/runs/:id/answers', summary: 'Say that a step is done, a question with its answer', permission: 'procedures:follow', params: ById, body: z.strictObject({ stepId: StepId, answer: z.string().max(120).nullable().default(null), note: Note, seen: Seen }), reply: Run });
export const skipStep = endpoint({ method: 'POST', path: '/runs/:id/skips', summary: 'Pass over a step; a required one with a reason, which the supervisor is told', permission: 'procedures:follow', params: ById, body: z.strictObject({ stepId: StepId, answer: z.string().max(120).nullable().default(null), reason: z.string().trim().max(1000).default(''), seen: Seen }), reply: Run });
export const tryCall = endpoint({ method: 'POST', path: '/runs/:id/calls', summary: 'Note that a contact of the call list was not reached', permission: 'procedures:follow', params: ById, body: z.strictObject({ stepId: StepId, contact: z.string().max(120), note: Note }), reply: Run });
export const takeBack = endpoint({ method: 'POST', path: '/runs/:id/take-back', summary: 'Take the last answer back; both stay recorded', permission: 'procedures:follow', params: ById, body: z.strictObject({ seen: Seen }), reply: Run });
