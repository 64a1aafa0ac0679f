import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { CHANNELS, KINDS, MOST_S, RATINGS, ROLES, STATES, TRIGGERS } from './rules.ts';

const ById = z.strictObject({ id: z.uuid() });
const ByRow = z.strictObject({ id: z.uuid(), rowId: z.uuid() });
const Title = z.string().trim().min(1, 'Give it a title').max(180);
const Text = z.string().trim().max(4000);
const Reason = z.string().trim().min(3, 'Say why').max(1000);
const Time = z.iso.datetime({ offset: true });
const Seconds = z.int().min(0).max(MOST_S);
const Key = z.string().trim().min(1).max(60);
const Named = z.object({ id: z.uuid(), name: z.string() });

export const Exercise = z.object({
  id: z.uuid(), number: z.string(), title: z.string(), kind: z.enum(KINDS), siteId: z.uuid().nullable(), site: z.string().nullable(), timeZone: z.string().nullable(), state: z.enum(STATES),
  plannedFor: z.string(), startedAt: z.string().nullable(), endedAt: z.string().nullable(), runS: z.number().describe('Seconds that the clock had run when it last stood still'), clockFrom: z.string().nullable().describe('Since when it runs again'),
  myRole: z.enum(ROLES).nullable(), version: z.number(),
});
export type Exercise = z.infer<typeof Exercise>;
export const Participant = z.object({ id: z.uuid(), person: Named, role: z.enum(ROLES) });
export const Objective = z.object({ id: z.uuid(), text: z.string(), capability: z.string() });
export type Objective = z.infer<typeof Objective>;
export const Expectation = z.object({
  id: z.uuid(), injectId: z.uuid(), objectiveId: z.uuid().nullable(), text: z.string(), withinS: z.number().nullable(), rating: z.enum(RATINGS).nullable(), observation: z.string(), metS: z.number().nullable().describe('When it was met, on the clock'), ratedBy: z.string().nullable(), ratedAt: z.string().nullable(),
});
export type Expectation = z.infer<typeof Expectation>;
export const Inject = z.object({
  id: z.uuid(), title: z.string(), text: z.string(), channel: z.enum(CHANNELS), trigger: z.enum(TRIGGERS), afterId: z.uuid().nullable(), expectationId: z.uuid().nullable(), delayS: z.number(), isAutomatic: z.boolean(), signalType: z.string().nullable(), signalTitle: z.string().nullable().describe('What the signal reports, in words'), signalPoint: z.string().nullable(),
  state: z.enum(['waiting', 'sending', 'delivered', 'skipped']), deliveredAt: z.string().nullable(), deliveredS: z.number().nullable(), deliveredBy: z.string().nullable(), skipReason: z.string(), dueS: z.number().nullable().describe('On the clock; null as long as what it waits for has not come'),
});
export type Inject = z.infer<typeof Inject>;
export const Action = z.object({ id: z.uuid(), taskId: z.uuid(), title: z.string(), owner: z.string().nullable(), dueAt: z.string().nullable(), state: z.enum(['open', 'done', 'dropped']).nullable().describe('Null where the task went by its retention, or is not mine to see') });
export const Observation = z.object({ id: z.uuid(), kind: z.enum(['strength', 'improvement']), capability: z.string(), text: z.string(), cause: z.string().nullable(), recommendation: z.string(), addedBy: z.string(), addedAt: z.string(), struckReason: z.string(), actions: z.array(Action) });
export type Observation = z.infer<typeof Observation>;
export const ExerciseDetail = Exercise.extend({
  scenario: z.string(), plannedBy: z.string(), endedBy: z.string().nullable(), endNote: z.string(), summary: z.string(), evaluatedBy: z.string().nullable(), evaluatedAt: z.string().nullable(), isCleared: z.boolean().describe('All that was synthetic is closed'),
  participants: z.array(Participant), objectives: z.array(Objective), injects: z.array(Inject).describe('As far as the reader may see the script: a player what was delivered'), expectations: z.array(Expectation), observations: z.array(Observation),
  incidents: z.array(z.object({ id: z.uuid(), number: z.string().nullable(), title: z.string(), state: z.string() })).describe('Incidents of the exercise, marked and counted in no figure'), isWhole: z.boolean().describe('Whether the reader sees the whole script'),
});
export type ExerciseDetail = z.infer<typeof ExerciseDetail>;

const READ = 'exercises:read';
export const listExercises = endpoint({
  method: 'GET', path: '/', summary: 'Exercises that I may see, the latest first', permission: READ,
  query: z.strictObject({ state: z.enum(['open', ...STATES]).optional(), under: z.uuid().optional().describe('Only at this site and below it'), after: z.string().max(300).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
  reply: z.object({ items: z.array(Exercise), next: z.string().nullable() }),
});
export const readExercise = endpoint({ method: 'GET', path: '/:id', summary: 'One exercise, with as much of its script as the reader may see', permission: READ, params: ById, reply: ExerciseDetail });

const PLAN = 'exercises:plan';
export const listSignalTypes = endpoint({ method: 'GET', path: '/signal-types', summary: 'What a synthetic signal can report: the types of event that raise an alarm', permission: PLAN, reply: z.object({ items: z.array(z.object({ key: z.string(), title: z.string() })) }) });
const facts = { title: Title, kind: z.enum(KINDS), scenario: Text.default(''), plannedFor: Time };
export const planExercise = endpoint({ method: 'POST', path: '/', summary: 'Plan an exercise', permission: PLAN, status: 201, body: z.strictObject({ ...facts, siteId: z.uuid().nullable().default(null) }), reply: ExerciseDetail });
export const changeExercise = endpoint({ method: 'PATCH', path: '/:id', summary: 'Change what is planned; If-Match guards against a change by another', permission: PLAN, params: ById, body: z.strictObject({ ...facts, scenario: Text }).partial(), reply: ExerciseDetail });
export const cancelExercise = endpoint({ method: 'POST', path: '/:id/cancel', summary: 'Cancel one that has not begun, with the reason', permission: PLAN, params: ById, body: z.strictObject({ reason: Reason }), reply: ExerciseDetail });
export const setParticipants = endpoint({
  method: 'PUT', path: '/:id/participants', summary: 'Say who takes part as what; who is not named takes no part any more', permission: PLAN, params: ById,
  body: z.strictObject({ people: z.array(z.strictObject({ personId: z.uuid(), role: z.enum(ROLES) })).max(300) }), reply: ExerciseDetail,
});
export const addObjective = endpoint({ method: 'POST', path: '/:id/objectives', summary: 'Add an objective, tied to the capability that it tests', permission: PLAN, params: ById, status: 201, body: z.strictObject({ text: z.string().trim().min(1, 'Say what is to be shown').max(1000), capability: Key }), reply: ExerciseDetail });
export const strikeObjective = endpoint({ method: 'POST', path: '/:id/objectives/:rowId/strike', summary: 'Take back an objective on which nothing hangs', permission: PLAN, params: ByRow, reply: ExerciseDetail });
const inject = {
  title: Title, text: z.string().trim().min(1, 'Say what the players get').max(2000), channel: z.enum(CHANNELS), trigger: z.enum(TRIGGERS).default('clock'), afterId: z.uuid().nullable().default(null), expectationId: z.uuid().nullable().default(null), delayS: Seconds.default(0),
  isAutomatic: z.boolean().default(false), signalType: Key.nullable().default(null), signalPoint: z.string().trim().max(120).nullable().default(null),
  expected: z.array(z.strictObject({ id: z.uuid().optional().describe('Of one that stands; without it, a new one'), text: z.string().trim().min(1, 'Say what they should do').max(1000), objectiveId: z.uuid().nullable().default(null), withinS: Seconds.min(1).nullable().default(null) })).max(20).default([]),
};
export const addInject = endpoint({ method: 'POST', path: '/:id/injects', summary: 'Add an inject to the script, with what is expected upon it', permission: PLAN, params: ById, status: 201, body: z.strictObject(inject), reply: ExerciseDetail });
export const changeInject = endpoint({ method: 'PUT', path: '/:id/injects/:rowId', summary: 'Change an inject of an exercise that has not begun', permission: PLAN, params: ByRow, body: z.strictObject(inject), reply: ExerciseDetail });

const CONTROL = 'exercises:control';
export const startExercise = endpoint({ method: 'POST', path: '/:id/start', summary: 'Start the clock, or let it go on', permission: CONTROL, params: ById, reply: ExerciseDetail });
export const pauseExercise = endpoint({ method: 'POST', path: '/:id/pause', summary: 'Stop the clock for a while', permission: CONTROL, params: ById, reply: ExerciseDetail });
export const jumpClock = endpoint({ method: 'POST', path: '/:id/jump', summary: 'Set the clock forward; what it passes is delivered, or skipped', permission: CONTROL, params: ById, body: z.strictObject({ toS: Seconds, isSkipping: z.boolean().default(false) }), reply: ExerciseDetail });
export const endExercise = endpoint({ method: 'POST', path: '/:id/end', summary: 'End it: its incidents, alarms and source are closed, nothing is removed', permission: CONTROL, params: ById, body: z.strictObject({ note: z.string().trim().min(3, 'Say how it ended').max(2000) }), reply: ExerciseDetail });
export const deliverInject = endpoint({ method: 'POST', path: '/:id/injects/:rowId/deliver', summary: 'Deliver an inject now', permission: CONTROL, params: ByRow, reply: ExerciseDetail });
export const skipInject = endpoint({ method: 'POST', path: '/:id/injects/:rowId/skip', summary: 'Leave an inject out, with the reason', permission: CONTROL, params: ByRow, body: z.strictObject({ reason: Reason }), reply: ExerciseDetail });
export const declareIncident = endpoint({
  method: 'POST', path: '/:id/incidents', summary: 'Declare an incident of the exercise: it is marked, can be commanded, and counts in no figure', permission: CONTROL, params: ById, status: 201,
  body: z.strictObject({ title: Title, type: Key.nullable().default(null), severity: z.int().min(1).max(5) }), reply: ExerciseDetail,
});

const EVALUATE = 'exercises:evaluate';
export const rateExpectation = endpoint({ method: 'POST', path: '/:id/expectations/:rowId/rate', summary: 'Rate how it was done, with what was seen; the first time it is not U, it is met', permission: EVALUATE, params: ByRow, body: z.strictObject({ rating: z.enum(RATINGS), observation: Text.default('') }), reply: ExerciseDetail });
export const addObservation = endpoint({
  method: 'POST', path: '/:id/observations', summary: 'Note a strength, or what is to be improved and why', permission: EVALUATE, params: ById, status: 201,
  body: z.strictObject({ kind: z.enum(['strength', 'improvement']), capability: Key, text: z.string().trim().min(1, 'Say what was seen').max(4000), cause: Key.nullable().default(null), recommendation: Text.default('') }), reply: ExerciseDetail,
});
export const strikeObservation = endpoint({ method: 'POST', path: '/:id/observations/:rowId/strike', summary: 'Strike an observation, with the reason', permission: EVALUATE, params: ByRow, body: z.strictObject({ reason: Reason }), reply: ExerciseDetail });
export const addAction = endpoint({
  method: 'POST', path: '/:id/actions', summary: 'Give a corrective action: a task on the exercise, with owner and due', permission: EVALUATE, params: ById, status: 201,
  body: z.strictObject({ observationId: z.uuid(), title: Title, ownerId: z.uuid(), dueAt: Time }), reply: ExerciseDetail,
});
export const finishEvaluation = endpoint({ method: 'POST', path: '/:id/finish', summary: 'Finish the evaluation of an exercise that has ended; it is frozen then', permission: EVALUATE, params: ById, body: z.strictObject({ summary: z.string().trim().min(3, 'Say what came out of it').max(10_000) }), reply: ExerciseDetail });
export const printExercise = endpoint({ method: 'GET', path: '/:id/report.pdf', summary: 'Plan, script and evaluation on paper, marked EXERCISE on every page', permission: READ, params: ById, query: z.strictObject({ paper: z.enum(['a4', 'us-letter']).default('a4') }), reply: null });
