import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { type Definition as RuleDefinition, FEWEST_DAYS, MOST_DAYS, MOST_STEPS, MOST_WITHIN_S, PLACES } from './correlation-rules.ts';

const ById = z.strictObject({ id: z.uuid() });
const Reason = z.string().trim().min(3, 'Say why, in a few words').max(1000);
const Named = z.object({ id: z.uuid(), name: z.string() });

const MOST_TYPES = 20;
const Type = z.string().regex(/^(\*|[a-z]+\.[a-z][a-z-]*(#restore)?)$/, 'Choose a type of event').max(80);
const Types = z.array(Type).min(1, 'Choose at least one type').max(MOST_TYPES);
const WithinS = z.number().int().min(1, 'At least a second').max(MOST_WITHIN_S, 'At most twelve hours');
const Count = z.number().int().min(2, 'At least two').max(1000, 'At most a thousand');
const RAISES = { withinS: WithinS, place: z.enum(PLACES), result: z.string().max(80), priority: z.number().int().min(1).max(4).nullable() };

/** A rule over several signals; what each kind means stands with its type. */
export const Definition = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sequence'), steps: z.array(Types).min(2, 'Name at least two').max(MOST_STEPS), inOrder: z.boolean(), ...RAISES }),
  z.strictObject({ kind: z.literal('points'), types: Types, count: Count.max(50, 'At most fifty'), ...RAISES }),
  z.strictObject({ kind: z.literal('threshold'), types: Types, count: Count, ...RAISES }),
  z.strictObject({ kind: z.literal('missing'), first: Types, then: Types, ...RAISES }),
  z.strictObject({ kind: z.literal('lasting'), types: Types, ...RAISES }),
  z.strictObject({ kind: z.literal('silence'), types: Types, ...RAISES }),
  z.strictObject({ kind: z.literal('runaway'), types: Types, count: Count, ...RAISES }),
  z.strictObject({ kind: z.literal('deduplicate'), types: Types, withinS: WithinS, place: z.enum(PLACES), from: z.enum(['first', 'latest']) }),
  z.strictObject({ kind: z.literal('suppress'), cause: Types, held: Types, until: z.array(Type).max(MOST_TYPES).optional().describe('What ends it before its time'), withinS: WithinS, place: z.enum(PLACES) }),
]) satisfies z.ZodType<RuleDefinition>;

export const RuleVersion = z.object({
  id: z.uuid(), n: z.number(), name: z.string(), why: z.string(), definition: Definition, state: z.enum(['draft', 'active', 'retired']),
  writtenBy: Named, writtenAt: z.string(),
  activatedBy: Named.nullable(), activatedAt: z.string().nullable(), activatedWhy: z.string().nullable(), isAlone: z.boolean().describe('Put into force by who wrote it, since nobody else could'),
  retiredBy: Named.nullable(), retiredAt: z.string().nullable(), retiredWhy: z.string().nullable(),
  holdsFrom: z.string().nullable().describe('It holds for signals that we heard from then on'), holdsUntil: z.string().nullable(),
});
export type RuleVersion = z.infer<typeof RuleVersion>;

export const BackTest = z.object({
  id: z.uuid(), versionId: z.uuid(), by: z.string(), at: z.string(), from: z.string(), until: z.string(), signals: z.number(), found: z.number(),
  same: z.number().nullable().describe('Alarms that the version in force raises too; null where none was'), onlyActive: z.number().nullable().describe('Alarms of the version in force that this one would not raise'),
  isWhole: z.boolean().describe('It saw the signals of every site'), isCut: z.boolean().describe('It ended before its time, at the most signals that one reads'),
});
export type BackTest = z.infer<typeof BackTest>;

export const BackTestAlarm = z.object({
  n: z.number(), at: z.string(), siteId: z.uuid().nullable(), site: z.string().nullable(), sourceId: z.uuid(), sourceName: z.string(), point: z.string().nullable(), area: z.string().nullable(),
  standing: z.enum(['new', 'both', 'gone']), signals: z.array(z.object({ key: z.guid(), at: z.string(), type: z.string() })),
});
export type BackTestAlarm = z.infer<typeof BackTestAlarm>;

export const RuleSummary = z.object({
  id: z.uuid(), number: z.string(), name: z.string(), version: z.number(), kind: z.string(), result: z.string().nullable(), priority: z.number().nullable(), withinS: z.number(),
  state: z.enum(['active', 'draft', 'retired']).describe('Active where a version is in force, even while another is drafted'), activeN: z.number().nullable(), draftN: z.number().nullable(), alarms: z.number().describe('Alarms that it raised in 30 days'), changedAt: z.string(),
});
export type RuleSummary = z.infer<typeof RuleSummary>;

export const Rule = z.object({ id: z.uuid(), number: z.string(), name: z.string(), version: z.number(), createdAt: z.string(), versions: z.array(RuleVersion), backTests: z.array(BackTest), mayWrite: z.boolean(), mayPublish: z.boolean() });
export type Rule = z.infer<typeof Rule>;

const Written = z.strictObject({ name: z.string().trim().min(1, 'Give it a name').max(120), why: z.string().trim().min(3, 'Say what it is for').max(1000), definition: Definition });

export const listRules = endpoint({
  method: 'GET', path: '/rules', summary: 'Rules over several signals, with the state of each', permission: 'alarms:read',
  query: z.strictObject({ state: z.enum(['all', 'active', 'draft', 'retired']).default('all'), after: z.string().max(300).optional(), limit: z.coerce.number().int().min(1).max(200).default(100) }),
  reply: z.object({ items: z.array(RuleSummary), next: z.string().nullable() }),
});
export const listExamples = endpoint({
  method: 'GET', path: '/rules/examples', summary: 'Rules that come as examples, to begin from', permission: 'alarms:rules',
  reply: z.object({ items: z.array(z.object({ key: z.string(), title: z.string(), note: z.string(), definition: Definition })), waiting: z.array(z.object({ key: z.string(), title: z.string(), why: z.string() })).describe('Proposals that signals cannot carry yet') }),
});
export const getRule = endpoint({ method: 'GET', path: '/rules/:id', summary: 'One rule with its versions and what each was tried on', permission: 'alarms:read', params: ById, reply: Rule });
export const writeRule = endpoint({ method: 'POST', path: '/rules', summary: 'Write a new rule, as a draft', permission: 'alarms:rules', status: 201, body: Written, reply: Rule });
export const changeDraft = endpoint({ method: 'PATCH', path: '/rules/:id', summary: 'Change the draft of a rule, or write its next version as one', permission: 'alarms:rules', params: ById, body: Written, reply: Rule });
export const startBackTest = endpoint({
  method: 'POST', path: '/rules/:id/back-tests', summary: 'Try a version over stored signals, as a job', permission: 'alarms:rules', params: ById, status: 201,
  body: z.strictObject({ versionId: z.uuid(), days: z.number().int().min(1).max(MOST_DAYS).default(FEWEST_DAYS) }), reply: z.object({ jobId: z.uuid() }),
});
export const readBackTest = endpoint({
  method: 'GET', path: '/rules/:id/back-tests/:rowId', summary: 'What a version would have raised: these alarms, as far as I may see their sites', permission: 'alarms:read', params: z.strictObject({ id: z.uuid(), rowId: z.uuid() }),
  reply: BackTest.extend({ alarms: z.array(BackTestAlarm) }),
});
export const activateVersion = endpoint({
  method: 'POST', path: '/rules/:id/activate', summary: 'Put a version into force that somebody else wrote and that was tried over a week', permission: 'alarms:publish-rules', params: ById,
  body: z.strictObject({ versionId: z.uuid(), backTestId: z.uuid(), reason: Reason }), reply: Rule,
});
export const retireRule = endpoint({ method: 'POST', path: '/rules/:id/retire', summary: 'Take a rule out of force, with its draft', permission: 'alarms:publish-rules', params: ById, body: z.strictObject({ reason: Reason }), reply: Rule });
