import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { TIME_FORMS } from '#engines/alarm-analysis/local-time.ts';
import { Definition } from './rule-contract.ts';

const ById = z.strictObject({ id: z.uuid() });
const Count = z.object({ false: z.number(), true: z.number(), unknown: z.number() });
const MOST_WORDS = 500;

export const Reading = z.strictObject({
  timeZone: z.string().max(60), timeForm: z.enum(TIME_FORMS),
  types: z.record(z.string().max(200), z.string().max(80)).refine((types) => Object.keys(types).length <= MOST_WORDS, 'At most 500 words').describe('The file’s words for a type, in lower case, to types of the taxonomy'),
  findings: z.record(z.string().max(200), z.enum(['true', 'false', 'unknown'])).refine((findings) => Object.keys(findings).length <= MOST_WORDS, 'At most 500 words').describe('The file’s words for what an alarm was'),
});

export const Cost = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/, 'Three letters, like EUR'), minutes: z.number().min(0).max(600), hourMinor: z.int().min(0).max(100_000_000), dispatchMinor: z.int().min(0).max(100_000_000),
  dispatchPercent: z.number().min(0).max(100), isAssumption: z.boolean(), basis: z.string().trim().min(3, 'Say where the figures come from').max(500),
});

const Group = Count.extend({ share: z.number().describe('What is false of it and of all before it, as a part of all that is false') });
const Moment = z.object({ at: z.string(), device: z.string(), site: z.string().nullable(), said: z.string(), title: z.string() });
export const Answer = z.object({
  counts: Count, first: z.string().nullable(), last: z.string().nullable(), timeZone: z.string(), medianMinutes: z.number().nullable().describe('From raised to closed, of those that say both'),
  devices: z.object({ total: z.number(), half: z.number().describe('So many devices cause half of the false alarms'), groups: z.array(Group.extend({ device: z.string(), site: z.string().nullable() })) }),
  types: z.object({ total: z.number(), groups: z.array(Group.extend({ type: z.string().nullable(), title: z.string() })) }),
  sites: z.object({ total: z.number(), groups: z.array(Group.extend({ site: z.string().nullable() })) }),
  week: z.array(z.object({ all: z.number(), false: z.number() })).describe('168 hours from Monday 00:00 in the time zone of the file'),
  tried: z.number().describe('Rules that were tried'), untyped: z.number().describe('Alarms whose type nobody mapped; no rule was tried on them'), vital: z.number().describe('Duress, hold-up, fire and medical alarms; no rule holds them'),
  rules: z.array(z.object({
    name: z.string(), definition: Definition, alone: z.number().describe('False alarms that it alone would have held'), saves: z.number().describe('Of these, those that no rule before it holds'), unknown: z.number().describe('Without a finding, beside them'),
    holdsTrue: z.number().describe('True alarms that it would have held'), trueOnes: z.array(Moment),
  })),
});
export type Answer = z.infer<typeof Answer>;

export const AnalysisSummary = z.object({ id: z.uuid(), name: z.string(), by: z.string(), madeAt: z.string(), answeredAt: z.string().nullable(), alarms: z.number().nullable() });
export type AnalysisSummary = z.infer<typeof AnalysisSummary>;
export const Analysis = z.object({
  id: z.uuid(), name: z.string(), by: z.string(), madeAt: z.string(), importId: z.uuid().nullable(), reading: Reading, answeredAt: z.string().nullable(), answer: Answer.nullable(), version: z.number(),
  cost: Cost.extend({ eachMinor: z.number().describe('What one false alarm costs on average') }).nullable().describe('Null where nobody said what one costs'),
  reckoning: z.object({ eachMinor: z.number(), currency: z.string(), basis: z.string() }).nullable().describe('What the register of devices reckons for a false alarm'),
});
export type Analysis = z.infer<typeof Analysis>;

export const listAnalyses = endpoint({ method: 'GET', path: '/analyses', summary: 'Analyses of alarms of the past, the latest first', permission: 'alarms:import', reply: z.object({ items: z.array(AnalysisSummary) }) });
export const readWords = endpoint({
  method: 'GET', path: '/analyses/words', summary: 'The different words in columns of a file of mine, with how often each stands there', permission: 'alarms:import',
  query: z.strictObject({ importId: z.uuid(), type: z.string().max(100).optional().describe('The column that says the type'), finding: z.string().max(100).optional().describe('The column that says what it was'), day: z.string().max(100).optional(), time: z.string().max(100).optional(), timeZone: z.string().max(60).default('UTC') }),
  reply: z.object({
    rows: z.number().describe('Rows that were looked at'), isWhole: z.boolean(), forms: z.array(z.enum(TIME_FORMS)).describe('The forms that read the most of its times; several where the file leaves it open'),
    types: z.array(z.object({ word: z.string(), count: z.number(), type: z.string().describe('Proposed; empty where nothing is near') })), findings: z.array(z.object({ word: z.string(), count: z.number(), finding: z.enum(['true', 'false', 'unknown']).describe('Proposed') })),
  }),
});
export const beginAnalysis = endpoint({
  method: 'POST', path: '/analyses', summary: 'Say how a file of past alarms is read, and begin its dry run; nothing live is touched', permission: 'alarms:import', status: 201,
  body: z.strictObject({ importId: z.uuid(), into: z.uuid().optional().describe('Add to this analysis; what it has already is not added again'), name: z.string().trim().min(1, 'Give it a name').max(120), mapping: z.record(z.string().max(60), z.string().max(100)), reading: Reading }), reply: Analysis,
});
export const getAnalysis = endpoint({ method: 'GET', path: '/analyses/:id', summary: 'One analysis with its answer', permission: 'alarms:import', params: ById, reply: Analysis });
export const startAnswer = endpoint({ method: 'POST', path: '/analyses/:id/answer', summary: 'Work out, as a job, which devices cause the false alarms and what rules would have saved', permission: 'alarms:import', params: ById, status: 202, reply: z.object({ jobId: z.uuid() }) });
export const setCost = endpoint({ method: 'PUT', path: '/analyses/:id/cost', summary: 'Say what one false alarm costs', permission: 'alarms:import', params: ById, body: Cost, reply: Analysis });
export const dropAnalysis = endpoint({ method: 'DELETE', path: '/analyses/:id', summary: 'Let go of an analysis and of the alarms in it', permission: 'alarms:import', params: ById, reply: ById });
export const sampleFile = endpoint({ method: 'GET', path: '/analyses/sample', summary: 'A file of invented alarms, to try it with', permission: 'alarms:import', reply: null });
