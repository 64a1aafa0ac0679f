import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

const Count = z.number();

export const SitePosture = z.object({
  siteId: z.uuid(), name: z.string(), urgentAlarms: Count.describe('Open, of priority 1 and 2'), alarms: Count.describe('Open, of any priority'), lateAlarms: Count.describe('Unacknowledged past their time'),
  incidents: Count.describe('Open'), worst: z.number().nullable().describe('Highest severity of an open incident'), devicesDown: Count, lateActions: Count, lateOrders: Count,
});
export type SitePosture = z.infer<typeof SitePosture>;

export const Morning = z.object({
  since: z.string(), cutOffAt: z.string(),
  changed: z.object({ alarms: Count, alarmsClosed: Count, incidents: Count, incidentsClosed: Count, repairs: Count }).describe('Since then, of what I may see'),
  incidents: z.array(z.object({ id: z.uuid(), number: z.string(), title: z.string(), severity: z.number(), state: z.enum(['open', 'closed']), siteId: z.uuid().nullable(), knownAt: z.string() })).describe('That became known since then, the gravest first'),
  unknown: z.object({ devices: Count, devicesDown: Count, devicesUnheard: Count, lateAlarms: Count, unclassified: Count }),
  posture: z.array(SitePosture).describe('Sites where something is open, the gravest first'), sites: Count.describe('Sites that I may see'),
  places: z.array(z.object({ deviceId: z.uuid().nullable(), name: z.string(), siteId: z.uuid().nullable(), site: z.string().nullable(), countFalse: Count, count: Count })).describe('Most false alarms in 28 days'),
  actions: z.object({ open: Count, late: Count, latest: z.array(z.object({ id: z.uuid(), title: z.string(), dueAt: z.string(), incidentId: z.uuid(), number: z.string() })).describe('Overdue, the longest first') }),
});
export type Morning = z.infer<typeof Morning>;

export const readMorning = endpoint({
  method: 'GET', path: '/morning', summary: 'The morning view: what changed since a time, what nobody knows, and how each site stands, of what I may see', permission: 'desk:read',
  query: z.strictObject({ since: z.iso.datetime({ offset: true }).optional().describe('24 hours ago where not said; at most 90 days') }), reply: Morning,
});
