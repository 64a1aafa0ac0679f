import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

const PARTS = ['site', 'shift', 'type'] as const;
const Key = z.string().max(60);
const Nullable = z.number().nullable();

export const Figure = z.object({
  value: Nullable.describe('A share from 0 to 1, a number, or seconds; none where there is nothing to count or too few'), lo: Nullable, hi: Nullable.describe('95 % interval'), n: Nullable.describe('Those that met it'), of: Nullable.describe('Of how many'),
  p90: Nullable, p985: Nullable, also: Nullable.describe('The share within the second time'), missing: Nullable.describe('What could not be counted'), isFew: z.boolean().describe('Fewer than five of something, which could point to a person'),
});
export type Figure = z.infer<typeof Figure>;

export const Metric = z.object({
  key: Key, version: z.number(), name: z.string(), owner: z.string(), formula: z.string(), unit: z.enum(['share', 'number', 's', 'min', 'h']), source: z.enum(['alarms', 'incidents', 'tasks', 'workorders', 'devices']),
  target: Nullable.describe('In its unit'), alsoWithin: Nullable, alsoTarget: Nullable, direction: z.enum(['up', 'down']), caveat: z.string(), smallCount: z.enum(['wilson', 'poisson', 'bootstrap', 'none']), parts: z.array(z.enum(PARTS)), isMoment: z.boolean().describe('At the cut-off, not over the period'),
});
export type Metric = z.infer<typeof Metric>;

export const Reading = z.object({
  metric: Metric, from: z.string(), cutOffAt: z.string(), isMonth: z.boolean().describe('The last whole month, for who may not read the records'), figure: Figure, keeps: z.boolean().nullable().describe('Whether it keeps to its target'),
});
export type Reading = z.infer<typeof Reading>;

const Scope = { siteId: z.uuid().optional().describe('This site and all below it; the whole organisation where not said') };
const Days = z.coerce.number().int().min(1).max(366).default(28);

export const listFigures = endpoint({
  method: 'GET', path: '/figures', summary: 'Every figure of the catalogue over a site or the organisation, with its definition, cut-off and interval', permission: 'metrics:read',
  query: z.strictObject({ ...Scope, days: Days }), reply: z.object({ items: z.array(Reading) }),
});

export const PartFigure = z.object({ key: z.string(), name: z.string().nullable().describe('None where you do not see it'), figure: Figure });
export type PartFigure = z.infer<typeof PartFigure>;
export const Month = z.object({ month: z.string().describe('Year and month'), figure: Figure, lcl: Nullable, ucl: Nullable, center: Nullable, isOut: z.boolean().describe('Breaks a rule of the control chart') });
export type Month = z.infer<typeof Month>;

export const FigureDetail = Reading.extend({ months: z.array(Month).describe('The last twelve; the running one is not whole'), parts: z.array(PartFigure) });
export type FigureDetail = z.infer<typeof FigureDetail>;

export const readFigure = endpoint({
  method: 'GET', path: '/figure', summary: 'One figure with its months and its parts', permission: 'metrics:read',
  query: z.strictObject({ key: Key, ...Scope, days: Days, by: z.enum(PARTS).optional() }), reply: FigureDetail,
});
