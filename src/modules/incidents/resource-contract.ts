import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { Standing } from './contract.ts';
import { RESOURCE_STATES } from './resource-rules.ts';

export const ResourceKind = z.enum(['person', 'team', 'vehicle', 'equipment']);
export const ResourceState = z.enum(RESOURCE_STATES);

const ById = z.object({ id: z.uuid() });
const ByRow = z.object({ id: z.uuid(), rowId: z.uuid() });
const Line = z.string().trim().max(200);
const Time = z.iso.datetime({ offset: true, error: 'Write a time with its zone, like 2026-11-21T04:12:00Z' });
const Reason = z.string().trim().min(3, 'Say why, in a few words').max(1_000);
const At = { at: Time.optional().describe('When it happened; now where not said') };

export const Resource = z.object({
  id: z.uuid(), seq: z.number(), kind: ResourceKind, name: z.string(), identifier: z.string(), agency: z.string(), leader: z.string(), persons: z.number(), contact: z.string(), qualifications: z.string(), notes: z.string(), orderNumber: z.string(),
  state: ResourceState, stateAt: z.string(), expectedAt: z.string().nullable(), departedFrom: z.string(), departedAt: z.string().nullable(), travel: z.string(), checkedInAt: z.string().nullable(), checkedInBy: z.string().nullable(),
  place: z.string(), assignedTo: z.string(), releaseAt: z.string().nullable(), requestedAt: z.string(), requestedBy: z.string(), version: z.number(),
  struckAt: z.string().nullable(), struckBy: z.string().nullable(), struckReason: z.string().nullable(),
});
export type Resource = z.infer<typeof Resource>;

/** An incident has at most so many cards, struck ones too: a board is read whole. */
export const MOST_RESOURCES = 1_000;

export const listResources = endpoint({
  method: 'GET', path: '/:id/resources', summary: 'The resources of an incident, each with its state, and their counts', permission: 'incidents:read', params: ById,
  reply: z.object({
    items: z.array(Resource),
    counts: z.object({
      onScene: z.number().describe('Checked in and not released'), available: z.number().describe('On scene, without work and in service'), assigned: z.number(), awaited: z.number().describe('Asked for and not come'), personsOnScene: z.number(),
    }),
  }),
});

export const ResourceMove = z.object({ id: z.uuid(), verb: z.string(), was: ResourceState.nullable(), became: ResourceState, at: z.string(), notedAt: z.string(), by: z.string(), words: z.string() });
export type ResourceMove = z.infer<typeof ResourceMove>;
export const listResourceMoves = endpoint({ method: 'GET', path: '/:id/resources/:rowId/moves', summary: 'What a resource went through, the latest first, with both times', permission: 'incidents:read', params: ByRow, reply: z.object({ items: z.array(ResourceMove) }) });

const Words = { identifier: Line, agency: Line, leader: Line, contact: Line, qualifications: Line, orderNumber: Line, notes: z.string().trim().max(2_000), persons: z.int().min(0).max(10_000) };
const empty = <T extends z.ZodType<string>>(words: T) => words.default('' as never);
const Card = {
  kind: ResourceKind, name: Line.min(1, 'Say what it is'), identifier: empty(Line), agency: empty(Line), leader: empty(Line), contact: empty(Line), qualifications: empty(Line), orderNumber: empty(Line), notes: empty(z.string().trim().max(2_000)), persons: z.int().min(0).max(10_000).default(1),
};
const CameBy = { place: Line.optional().describe('Where it checked in'), departedFrom: Line.optional(), departedAt: Time.optional(), travel: Line.optional().describe('How it came') };

export const requestResource = endpoint({
  method: 'POST', path: '/:id/resources', summary: 'Ask for a resource', permission: 'incidents:write', params: ById, status: 201,
  body: z.object({ ...Card, expectedAt: Time.nullable().default(null).describe('When it is needed'), ...At }), reply: Standing,
});
export const recordArrival = endpoint({
  method: 'POST', path: '/:id/resources/arrivals', summary: 'Check in a resource that nobody asked for', permission: 'incidents:write', params: ById, status: 201,
  body: z.object({ ...Card, ...CameBy, ...At }), reply: Standing,
});
export const changeResource = endpoint({
  method: 'PATCH', path: '/:id/resources/:rowId', summary: 'Correct the words of a card; If-Match refuses what was read before another change', permission: 'incidents:write', params: ByRow,
  body: z.object({ name: Line.min(1, 'Say what it is'), kind: ResourceKind, expectedAt: Time.nullable(), ...Words }).partial(), reply: Standing,
});

const move = <const P extends string, const B extends z.ZodRawShape>(path: P, summary: string, body: B) => endpoint({ method: 'POST', path: `/:id/resources/:rowId/${path}`, summary, permission: 'incidents:write', params: ByRow, body: z.object({ ...body, ...At }), reply: Standing });
export const orderResource = move('order', 'Say that it was ordered', { orderNumber: Line.optional(), expectedAt: Time.optional() });
export const sendResource = move('send', 'Say that it is on its way', { departedFrom: Line.optional(), travel: Line.optional(), expectedAt: Time.optional() });
export const checkInResource = move('check-in', 'Check it in on scene: who, when, from where, how to reach it', { ...CameBy, leader: Line.optional(), contact: Line.optional(), agency: Line.optional(), qualifications: Line.optional(), persons: z.int().min(0).max(10_000).optional() });
export const stageResource = move('stage', 'Put it into staging, ready', { place: Line.optional() });
export const assignResource = move('assign', 'Assign it to a position, a division or group, or an objective', { to: Line.min(1, 'Say to what'), place: Line.optional().describe('Where it reports') });
export const takeOutOfService = move('out-of-service', 'Take it out of service', { reason: Reason });
export const planRelease = move('plan-release', 'Plan its release', { releaseAt: Time.optional() });
export const releaseResource = move('release', 'Release it', { destination: Line.default('') });
export const strikeResource = endpoint({ method: 'POST', path: '/:id/resources/:rowId/strike', summary: 'Strike a request that is not wanted any more; what has come is released', permission: 'incidents:write', params: ByRow, body: z.object({ reason: Reason }), reply: Standing });

export const ReportedNeed = z.object({ id: z.uuid(), seq: z.number(), need: z.string(), became: z.enum(['task', 'resource']).nullable(), becameId: z.uuid().nullable(), becameAt: z.string().nullable(), becameBy: z.string().nullable() });
export const SituationReport = z.object({
  id: z.uuid(), seq: z.number(), conditions: z.string(), actions: z.string(), needs: z.array(ReportedNeed), at: z.string(), notedAt: z.string(), author: z.string(),
  struckAt: z.string().nullable(), struckBy: z.string().nullable(), struckReason: z.string().nullable(),
});
export type SituationReport = z.infer<typeof SituationReport>;

const Passage = z.string().trim().max(8_000);
export const listSituationReports = endpoint({
  method: 'GET', path: '/:id/situation-reports', summary: 'Situation reports of an incident, the latest first', permission: 'incidents:read', params: ById,
  query: z.object({ after: z.coerce.number().int().min(1).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }), reply: z.object({ items: z.array(SituationReport), next: z.string().nullable() }),
});
export const writeSituationReport = endpoint({
  method: 'POST', path: '/:id/situation-reports', summary: 'Write a situation report: conditions, actions, needs', permission: 'incidents:write', params: ById, status: 201,
  body: z.object({ conditions: Passage.min(1, 'Say how it stands'), actions: Passage.default(''), needs: z.array(z.string().trim().min(1).max(500)).max(30).default([]), ...At }), reply: Standing,
});
export const strikeSituationReport = endpoint({ method: 'POST', path: '/:id/situation-reports/:rowId/strike', summary: 'Strike a situation report; it stays and shows struck', permission: 'incidents:write', params: ByRow, body: z.object({ reason: Reason }), reply: Standing });
export const taskFromNeed = endpoint({
  method: 'POST', path: '/:id/reported-needs/:rowId/task', summary: 'Make a reported need a task', permission: 'incidents:write', params: ByRow, body: z.object({ ownerId: z.uuid().nullable().default(null), dueAt: Time.nullable().default(null) }), reply: Standing,
});
export const resourceFromNeed = endpoint({ method: 'POST', path: '/:id/reported-needs/:rowId/resource', summary: 'Ask for a resource for a reported need', permission: 'incidents:write', params: ByRow, body: z.object({ kind: ResourceKind, name: Line.default('').describe('The need’s own words where not said') }), reply: Standing });
export const printSituationReport = endpoint({
  method: 'GET', path: '/:id/situation-reports/:rowId/report.pdf', summary: 'A situation report as PDF; of a walled incident it asks for the purpose', permission: 'incidents:read', params: ByRow,
  query: z.object({ purpose: z.string().trim().min(3).max(200).optional(), paper: z.enum(['a4', 'us-letter']).default('a4') }), reply: null,
});
