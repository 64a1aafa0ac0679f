import { z } from 'zod';
import { STEP_KINDS } from './shape.ts';

const Key = z.string().regex(/^[a-z][a-z0-9-]{1,59}$/, 'A key is small letters, digits and hyphens');
const StepId = z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, 'The id of a step is a small letter, then letters, digits or hyphens');
const Text = z.string().trim().min(1, 'Say it in words').max(500);
const Short = z.string().trim().min(1).max(120);
const LONGEST_TARGET_S = 30 * 86_400;

export const Answer = z.strictObject({ answer: Short, next: StepId });

export const Step = z.strictObject({
  id: StepId,
  kind: z.enum(STEP_KINDS),
  text: Text,
  role: Key.describe('Who does it'),
  required: z.boolean().describe('A required step is done, or passed over with a reason that the supervisor is told'),
  targetS: z.int().min(1).max(LONGEST_TARGET_S).describe('Seconds from when it is due'),
  action: Key.nullable().default(null),
  callList: Key.nullable().default(null),
  document: z.strictObject({ title: Short, url: z.url({ protocol: /^https?$/, error: 'Give an address that begins with https:// or http://' }).max(500) }).nullable().default(null),
  handsOverTo: Key.nullable().default(null).describe('The procedure that begins on the same record when this step is done'),
  group: Key.nullable().default(null).describe('Steps of one group are due together; what follows the group waits for its required steps'),
  next: StepId.nullable().default(null),
  answers: z.array(Answer).max(9, 'A question has at most nine answers, one a key').default([]),
  dispositions: z.array(Key).max(20).default([]),
});
export type Step = z.infer<typeof Step>;

export const CallList = z.strictObject({ key: Key, title: Short, contacts: z.array(Short).min(1).max(9, 'A call list has at most nine contacts, one a key') });
export type CallList = z.infer<typeof CallList>;

/** A procedure as it is written, exported and kept in each version. */
export const Procedure = z.strictObject({
  key: Key,
  title: Short,
  purpose: z.string().trim().max(1000).default(''),
  doNot: z.array(Text).max(20).default([]),
  types: z.array(z.string().max(80)).max(60).default([]).describe('Event types whose alarms begin it'),
  owner: Key,
  reviewMonths: z.int().min(1).max(60).default(12),
  drillMonths: z.int().min(1).max(60).default(12),
  start: StepId,
  callLists: z.array(CallList).max(30).default([]),
  steps: z.array(Step).min(1, 'A procedure has at least one step').max(120),
});
export type Procedure = z.infer<typeof Procedure>;

/** The same as it is answered: nothing is left out. */
export const WholeProcedure = Procedure.required().extend({ steps: z.array(Step.required()) });
