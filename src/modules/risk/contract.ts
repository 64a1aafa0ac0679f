import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { BYS, MOST, STRATEGIES, TOOLS } from './path-rules.ts';

export const ASSET_KINDS = ['people', 'property', 'information', 'reputation'] as const;
export const ELEMENT_STATES = ['dead', 'held', 'on-test'] as const;
const ById = z.strictObject({ id: z.uuid() });
const Name = z.string().trim().min(1, 'Give it a name').max(120);
const Note = z.string().trim().max(2000);
const Reason = z.string().trim().min(3, 'Say why').max(1000);
const Seconds = z.number().min(0, 'A time is 0 or more').max(86_400, 'At most a day');
const Chance = z.number().min(0, 'A probability lies between 0 and 1').max(1, 'A probability lies between 0 and 1');
const Metres = z.number().min(-5000).max(5000);
const Spot = z.tuple([Metres, Metres]);
const Day = z.iso.date();

const Delay = z.strictObject({ by: z.enum(BYS), meanS: Seconds, sdS: Seconds.nullable().describe('0.3 of the mean where null') });
const Delays = z.array(Delay).max(BYS.length).refine((all) => new Set(all.map(({ by }) => by)).size === all.length, 'Each way of passing stands once');

export const Figures = z.strictObject({
  speedMps: z.number().min(0.1, 'A speed is above 0').max(20),
  response: z.strictObject({ timeS: Seconds, timeSdS: Seconds, communication: Chance, basis: z.string().trim().max(300) }),
  elements: z.array(z.strictObject({ id: z.uuid(), delays: Delays, isNoEntry: z.boolean().describe('Its side that is not drawn is not where an adversary begins: stairs to another floor') })).max(MOST.elements),
  barriers: z.array(z.strictObject({ id: z.uuid(), name: Name, between: z.tuple([z.uuid().nullable(), z.uuid().nullable()]), at: Spot, delays: Delays })).max(MOST.barriers),
  sensors: z.array(z.strictObject({
    id: z.uuid(), covers: z.uuid().nullable().describe('The way, zone, barrier or asset that it watches; by its place on the plan where null'), stealth: Chance, force: Chance, deceit: Chance, place: z.enum(['B', 'M', 'E']),
    evidence: z.strictObject({ detected: z.number().int().min(0).max(10_000), trials: z.number().int().min(1).max(10_000), testedOn: Day, note: z.string().trim().max(300) }).refine(({ detected, trials }) => detected <= trials, { message: 'More were detected than tried', path: ['detected'] }).nullable(),
  })).max(MOST.sensors),
  measures: z.array(z.strictObject({
    id: z.uuid(), name: Name, elementId: z.uuid(), delayS: Seconds.nullable(), detection: Chance.nullable(), costMinor: z.number().int().min(0).max(100_000_000_000), currency: z.string().regex(/^[A-Z]{3}$/, 'Three capitals of ISO 4217, such as EUR'), days: z.number().int().min(0).max(3650).nullable(),
  })).max(MOST.measures),
});

const Threat = { strategy: z.enum(STRATEGIES), tools: z.array(z.enum(TOOLS)).max(TOOLS.length) };
const Place = z.strictObject({ zoneId: z.uuid(), at: Spot });

export const Asset = z.object({
  id: z.uuid(), number: z.string(), name: z.string(), kind: z.enum(ASSET_KINDS), note: z.string(), siteId: z.uuid().nullable(), site: z.string().nullable(), place: Place.nullable().describe('Where it stands on the plan of its floor'),
  delays: z.array(Delay), ...Threat, leastInterruption: z.number().nullable().describe('The least P(I) that is good enough'), state: z.enum(['active', 'retired']), retiredWhy: z.string(), createdAt: z.string(), version: z.number(),
});
export type Asset = z.infer<typeof Asset>;

export const listAssets = endpoint({
  method: 'GET', path: '/assets', summary: 'What is protected, as far as I may see it, by name', permission: 'risk:read',
  query: z.strictObject({ state: z.enum(['active', 'retired']).optional(), kind: z.enum(ASSET_KINDS).optional(), siteId: z.uuid().optional().describe('Right at this site'), under: z.uuid().optional().describe('At this site and below it'), q: z.string().trim().max(100).optional(), after: z.string().max(300).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
  reply: z.object({ items: z.array(Asset), next: z.string().nullable(), total: z.number() }),
});
export const readAsset = endpoint({ method: 'GET', path: '/assets/:id', summary: 'One asset', permission: 'risk:read', params: ById, reply: Asset });

const AssetFields = {
  name: Name, kind: z.enum(ASSET_KINDS), note: Note, siteId: z.uuid().nullable(), place: Place.nullable(), delays: Delays, ...Threat,
  leastInterruption: z.number().min(0.01, 'Above 0').max(0.99, 'Below 1').nullable(),
};
export const addAsset = endpoint({
  method: 'POST', path: '/assets', summary: 'Add an asset; one that stands on a plan can be the target of path analysis', permission: 'risk:register', status: 201,
  body: z.strictObject({ ...AssetFields, note: Note.default(''), siteId: z.uuid().nullable().default(null), place: Place.nullable().default(null), delays: Delays.default([]), strategy: Threat.strategy.default('mixed'), tools: Threat.tools.default(['none', 'hand']), leastInterruption: AssetFields.leastInterruption.default(null) }), reply: Asset,
});
export const changeAsset = endpoint({ method: 'PATCH', path: '/assets/:id', summary: 'Change an asset', permission: 'risk:register', params: ById, body: z.strictObject(AssetFields).omit({ siteId: true }).partial(), reply: Asset });
export const retireAsset = endpoint({ method: 'POST', path: '/assets/:id/retire', summary: 'Take an asset out of use, with the reason', permission: 'risk:register', params: ById, body: z.strictObject({ reason: Reason }), reply: Asset });

export const listFloors = endpoint({
  method: 'GET', path: '/floors', summary: 'Floors with a plan, on which paths can be studied', permission: 'risk:path',
  reply: z.object({ items: z.array(z.object({ id: z.uuid(), name: z.string(), above: z.array(z.string()), hasFigures: z.boolean(), assets: z.number(), below: z.number().describe('Assets that are below what is needed now') })), isCut: z.boolean().describe('There are more than 500') }),
});
export const ElementState = z.object({ id: z.uuid(), state: z.enum(ELEMENT_STATES), since: z.string().nullable() });
export const LiveAsset = z.object({ id: z.uuid(), interruption: z.number().nullable().describe('None where no path leads there'), timely: z.number().nullable(), responseS: z.number(), isMeasured: z.boolean(), samples: z.number(), belowSince: z.string().nullable().describe('Since when it is below what is needed') });
export type LiveAsset = z.infer<typeof LiveAsset>;
export const RiskFloor = z.object({
  floorId: z.uuid(), name: z.string(), above: z.array(z.string()), timeZone: z.string(), figures: Figures, version: z.number().describe('0 where nobody gave figures yet'), changedAt: z.string().nullable(), changedBy: z.string().nullable(),
  assets: z.array(Asset).describe('Those that stand on its plan'), states: z.array(ElementState).describe('What is dead, held or on test now'), samplesS: z.array(z.number()).describe('Measured response times in seconds, the newest first'),
  live: z.array(LiveAsset).describe('How its assets stand with what is broken now, as the watch last worked it out'), liveAt: z.string().nullable(),
});
export type RiskFloor = z.infer<typeof RiskFloor>;
export const readFloor = endpoint({ method: 'GET', path: '/floors/:id', summary: 'The protection figures of a floor, what stands on it, and what is broken now; the look is recorded', permission: 'risk:path', params: ById, reply: RiskFloor });
export const saveFigures = endpoint({ method: 'PUT', path: '/floors/:id/figures', summary: 'Save the protection figures of a floor, whole; If-Match guards against a change by another', permission: 'risk:assess', params: ById, body: Figures, reply: z.object({ version: z.number() }) });

const Change = z.strictObject({ id: z.uuid(), delayS: Seconds.nullable(), detection: Chance.nullable() });
export const Question = z.strictObject({ ...Threat, response: z.strictObject({ timeS: Seconds, timeSdS: Seconds, communication: Chance }).nullable().describe('Measured or assumed where null'), changes: z.array(Change).max(MOST.changes), measures: z.array(z.uuid()).max(MOST.measures), isLive: z.boolean().describe('With what is dead, held or on test now') });
export type Question = z.infer<typeof Question>;
export const Kept = z.object({
  interruption: z.number(), timely: z.number(), detection: z.number(), delayS: z.number(), critical: z.string().nullable(), response: z.object({ timeS: z.number(), timeSdS: z.number(), communication: z.number(), isMeasured: z.boolean() }), engine: z.string(),
  steps: z.array(z.object({ name: z.string(), detection: z.number(), delayS: z.number(), remainingS: z.number(), inTime: z.number(), isLate: z.boolean() })), costs: z.array(z.object({ currency: z.string(), minor: z.number() })), changed: z.array(z.string()).describe('What was changed or bought, by name'),
});
export type Kept = z.infer<typeof Kept>;
export const Scenario = z.object({ id: z.uuid(), assetId: z.uuid(), name: z.string(), question: Question, answer: Kept, isStale: z.boolean().describe('The drawing or the figures are other ones since'), madeAt: z.string(), madeBy: z.string(), struckWhy: z.string(), version: z.number() });
export type Scenario = z.infer<typeof Scenario>;

export const listScenarios = endpoint({ method: 'GET', path: '/scenarios', summary: 'Kept scenarios of an asset, the newest first', permission: 'risk:path', query: z.strictObject({ assetId: z.uuid() }), reply: z.object({ items: z.array(Scenario) }) });
export const keepScenario = endpoint({
  method: 'POST', path: '/scenarios', summary: 'Keep a question with its answer, worked out anew by the server from the saved figures', permission: 'risk:path', status: 201,
  body: z.strictObject({ assetId: z.uuid(), name: Name, question: Question }), reply: Scenario,
});
export const strikeScenario = endpoint({ method: 'POST', path: '/scenarios/:id/strike', summary: 'Strike a kept scenario, with the reason', permission: 'risk:path', params: ById, body: z.strictObject({ reason: Reason }), reply: Scenario });
