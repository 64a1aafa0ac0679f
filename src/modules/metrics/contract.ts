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

const Goal = z.object({
  value: z.number().describe('In what the figure counts: a share, a number, seconds'), keeps: z.boolean().nullable(), setAt: z.enum(['catalogue', 'organisation', 'site']), since: z.string().nullable().describe('The day from which it holds'),
});
export type Goal = z.infer<typeof Goal>;
const Goals = z.object({ value: Goal.nullable(), p90: Goal.nullable(), p985: Goal.nullable() }).describe('What it is to keep to at the cut-off: the nearest that was set, else the catalogue’s');
export type Goals = z.infer<typeof Goals>;

export const Reading = z.object({
  metric: Metric, from: z.string(), cutOffAt: z.string(), isMonth: z.boolean().describe('The last whole month, for who may not read the records'), figure: Figure, goals: Goals,
});
export type Reading = z.infer<typeof Reading>;

const Scope = { siteId: z.uuid().optional().describe('This site and all below it; the whole organisation where not said') };
const Days = z.coerce.number().int().min(1).max(366).default(28);

export const listFigures = endpoint({
  method: 'GET', path: '/figures', summary: 'Every figure of the catalogue over a site or the organisation, with its definition, cut-off and interval', permission: 'metrics:read',
  query: z.strictObject({ ...Scope, days: Days }), reply: z.object({ items: z.array(Reading) }),
});

export const PartFigure = z.object({ key: z.string(), name: z.string().nullable().describe('None where you do not see it'), figure: Figure, goals: Goals });
export type PartFigure = z.infer<typeof PartFigure>;
export const Month = z.object({ month: z.string().describe('Year and month'), figure: Figure, lcl: Nullable, ucl: Nullable, center: Nullable, isOut: z.boolean().describe('Breaks a rule of the control chart') });
export type Month = z.infer<typeof Month>;

export const FigureDetail = Reading.extend({ months: z.array(Month).describe('The last twelve; the running one is not whole'), parts: z.array(PartFigure) });
export type FigureDetail = z.infer<typeof FigureDetail>;

export const readFigure = endpoint({
  method: 'GET', path: '/figure', summary: 'One figure with its months and its parts', permission: 'metrics:read',
  query: z.strictObject({ key: Key, ...Scope, days: Days, by: z.enum(PARTS).optional() }), reply: FigureDetail,
});

const MEASURES = ['value', 'p90', 'p985'] as const;
export const Target = z.object({
  id: z.uuid(), key: Key, siteId: z.uuid().nullable(), site: z.string().nullable(), part: z.enum(['none', 'shift', 'type']), partKey: z.string(), partTitle: z.string().nullable(), measure: z.enum(MEASURES),
  value: Nullable.describe('None: from then on the next wider one holds'), owner: z.object({ id: z.uuid(), name: z.string() }), validFrom: z.string(), reason: z.string(), proposedBy: z.string(), approvedBy: z.string().nullable(), setAt: z.string(), state: z.enum(['coming', 'in-force', 'past']),
});
export type Target = z.infer<typeof Target>;

export const listTargets = endpoint({
  method: 'GET', path: '/targets', summary: 'What figures were to keep to, where and from when, the newest first', permission: 'metrics:read',
  query: z.strictObject({ key: Key.optional() }), reply: z.object({ items: z.array(Target) }),
});
export const setTarget = endpoint({
  method: 'POST', path: '/targets', summary: 'Propose what a figure is to keep to at a site or in the organisation from a day on; another person approves it', permission: 'metrics:publish', status: 201,
  body: z.strictObject({
    key: Key, siteId: z.uuid().nullable().default(null), part: z.enum(['none', 'shift', 'type']).default('none'), partKey: z.string().max(80).default(''), measure: z.enum(MEASURES).default('value'),
    value: z.number().min(0).max(1e9).nullable().describe('In what the figure counts; none: the next wider one holds again'), ownerId: z.uuid(), validFrom: z.iso.date(), reason: z.string().trim().min(3).max(500),
  }),
  reply: z.object({ decisionId: z.uuid(), state: z.enum(['waiting', 'alone']) }),
});

const ById = z.object({ id: z.uuid() });
export const Cutoff = z.object({
  id: z.uuid(), kind: z.enum(['month', 'quarter']), startsAt: z.string(), endsAt: z.string(), frozenAt: z.string(), size: z.number().describe('How many things were counted'), digest: z.string().describe('SHA-256 over what was counted; it stands in the ledger too'),
});
export type Cutoff = z.infer<typeof Cutoff>;

export const FrozenFigure = z.object({
  metric: Metric.describe('As it was defined then'), figure: Figure, goals: Goals, records: Nullable.describe('How many things were counted'), digest: z.string().nullable(), isOpen: z.boolean().describe('You read its records, and so all of it'),
});
export type FrozenFigure = z.infer<typeof FrozenFigure>;

export const listCutoffs = endpoint({
  method: 'GET', path: '/frozen', summary: 'Months and quarters whose figures were frozen, the newest first', permission: 'metrics:read', reply: z.object({ items: z.array(Cutoff) }),
});
export const readCutoff = endpoint({
  method: 'GET', path: '/frozen/:id', summary: 'Every figure as it stood at the end of a month or a quarter', permission: 'metrics:read', params: ById, query: z.strictObject(Scope), reply: Cutoff.extend({ items: z.array(FrozenFigure) }),
});
export const readFrozen = endpoint({
  method: 'GET', path: '/frozen/:id/figure', summary: 'One figure as it stood, and for who reads its records what it would be today and how many of them changed', permission: 'metrics:read', params: ById,
  query: z.strictObject({ ...Scope, key: Key }),
  reply: FrozenFigure.extend({ cutoff: Cutoff, today: z.object({ figure: Figure, changed: z.number(), gone: z.number(), added: z.number() }).nullable() }),
});
export const listFrozenRecords = endpoint({
  method: 'GET', path: '/frozen/:id/records', summary: 'The records that stood in a frozen figure, of those that you may see today', permission: 'metrics:read', params: ById,
  query: z.strictObject({ ...Scope, key: Key, after: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
  reply: z.object({
    items: z.array(z.object({ id: z.uuid(), kind: z.string(), number: z.string().nullable(), title: z.string(), at: z.string(), siteId: z.uuid().nullable(), seconds: Nullable.describe('How long it took, where that is counted'), isMet: z.boolean().nullable().describe('Whether it met what is counted') })),
    next: z.string().nullable(), total: z.number().describe('How many of them you may see'),
  }),
});
