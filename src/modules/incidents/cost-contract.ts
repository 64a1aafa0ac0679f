import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { Standing } from './contract.ts';

const ById = z.object({ id: z.uuid() });
const ByRow = z.object({ id: z.uuid(), rowId: z.uuid() });
const Line = z.string().trim().max(200);
const Time = z.iso.datetime({ offset: true, error: 'Write a time with its zone, like 2026-11-21T04:12:00Z' });
const Reason = z.string().trim().min(3, 'Say why, in a few words').max(1_000);
const Minor = z.int().min(0).max(9_000_000_000_000_000);
const Currency = z.string().regex(/^[A-Z]{3}$/, 'A currency of three letters, like EUR');
const PERMISSION = 'incidents:cost';

export const CostKind = z.enum(['hours', 'service', 'material', 'travel', 'penalty', 'other']);
export const RateOf = z.enum(['holder', 'person', 'team', 'vehicle', 'equipment']);

export const CostSum = z.object({ currency: z.string(), lossMinor: z.number(), recoveredMinor: z.number(), hoursMinor: z.number(), linesMinor: z.number(), netMinor: z.number().describe('Losses, hours and other cost without what came back') });
export type CostSum = z.infer<typeof CostSum>;
export const MeasuredHours = z.object({
  source: z.enum(['card', 'holder']), id: z.uuid(), what: RateOf, name: z.string(), agency: z.string(), units: z.number().describe('People of a team; else one'), minutes: z.number().describe('Of all units together'), from: z.string(), until: z.string().nullable().describe('Null while they run'),
  rateMinor: z.number().nullable(), amountMinor: z.number().nullable(), currency: z.string().nullable(), counted: z.enum(['yes', 'no-rate', 'in-line', 'same-person']).describe('Why they are counted, or are not'), mergedFrom: z.string().nullable(),
});
export type MeasuredHours = z.infer<typeof MeasuredHours>;
export const CostLine = z.object({
  id: z.uuid(), kind: CostKind, description: z.string(), reference: z.string(), minutes: z.number().nullable(), rateMinor: z.number().nullable(), amountMinor: z.number(), currency: z.string(), isEstimate: z.boolean(), insteadOf: z.uuid().nullable(),
  addedBy: z.string(), addedAt: z.string(), struckAt: z.string().nullable(), struckBy: z.string().nullable(), struckReason: z.string().nullable(), mergedFrom: z.string().nullable(),
});
export type CostLine = z.infer<typeof CostLine>;
export const CostMissing = z.object({ kind: z.enum(['rate', 'running', 'losses', 'open']), words: z.string(), minutes: z.number().nullable() });
export type CostMissing = z.infer<typeof CostMissing>;
export const CostSheet = z.object({
  sums: z.array(CostSum).describe('A currency each; amounts of different currencies are never added up'), isWhole: z.boolean().describe('Only then a sum is a total'), hasEstimates: z.boolean(), missing: z.array(CostMissing),
  hours: z.array(MeasuredHours), lines: z.array(CostLine), cutOffAt: z.string(),
});
export type CostSheet = z.infer<typeof CostSheet>;

export const readCost = endpoint({ method: 'GET', path: '/:id/cost', summary: 'What an incident cost: losses, hours and other cost, with what is missing before it is a total', permission: PERMISSION, params: ById, reply: CostSheet });
export const addCost = endpoint({
  method: 'POST', path: '/:id/costs', summary: 'Enter a cost: a bill, hours that nobody measured, or what stands instead of measured hours', permission: PERMISSION, params: ById, status: 201,
  body: z.object({
    kind: CostKind, description: Line.min(1, 'Say what it was for'), reference: Line.default(''), amountMinor: Minor.optional().describe('Where it is not hours'), minutes: z.int().min(1).max(10_000_000).optional().describe('Of hours'), rateMinor: z.int().min(0).max(100_000_000).optional().describe('An hour, of hours'),
    currency: Currency, isEstimate: z.boolean().default(false), insteadOf: z.uuid().nullable().default(null).describe('The card or the holder whose measured hours it stands for'),
  }), reply: Standing,
});
export const strikeCost = endpoint({ method: 'POST', path: '/:id/costs/:rowId/strike', summary: 'Strike a cost; it stays and shows struck', permission: PERMISSION, params: ByRow, body: z.object({ reason: Reason }), reply: Standing });

export const HourlyRate = z.object({ id: z.uuid(), what: RateOf, agency: z.string(), rateMinor: z.number(), currency: z.string(), validFrom: z.string(), setBy: z.string(), setAt: z.string() });
export type HourlyRate = z.infer<typeof HourlyRate>;
export const listRates = endpoint({ method: 'GET', path: '/rates', summary: 'What an hour costs, by what gives it, the newest first', permission: PERMISSION, reply: z.object({ items: z.array(HourlyRate) }) });
export const setRate = endpoint({
  method: 'POST', path: '/rates', summary: 'Set what an hour costs from a moment on; hours that began before keep their rate', permission: PERMISSION, status: 201,
  body: z.object({ what: RateOf, agency: z.string().trim().max(120).default(''), rateMinor: z.int().min(0).max(100_000_000), currency: Currency, validFrom: Time }), reply: z.object({ id: z.uuid() }),
});
export const strikeRate = endpoint({ method: 'POST', path: '/rates/:id/strike', summary: 'Take back a rate that was set by mistake', permission: PERMISSION, params: ById, reply: z.object({ id: z.uuid() }) });
