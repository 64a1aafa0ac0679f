import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { EXPECTATIONS, ORIGINS, STATES } from './rules.ts';

const ById = z.strictObject({ id: z.uuid() });
const ByRow = z.strictObject({ id: z.uuid(), rowId: z.uuid() });
const Title = z.string().trim().min(1, 'Say what is wrong').max(200);
const Line = z.string().trim().max(200);
const Text = z.string().trim().max(4000);
const Reason = z.string().trim().min(3, 'Say why').max(1000);
const Time = z.iso.datetime({ offset: true });
const Code = z.string().trim().min(1, 'Choose a fault code').max(60);
const Priority = z.number().int().min(1).max(4);
const Minor = z.number().int().min(0).max(1_000_000_000);
const Currency = z.string().regex(/^[A-Z]{3}$/, 'Three capitals of ISO 4217, such as EUR');

const Named = z.object({ id: z.uuid(), name: z.string() });
export const Visit = z.object({ id: z.uuid(), plannedFrom: z.string(), plannedUntil: z.string(), who: z.string(), arrivedAt: z.string().nullable(), leftAt: z.string().nullable(), struckWhy: z.string() });
export type Visit = z.infer<typeof Visit>;
export const Part = z.object({ id: z.uuid(), name: z.string(), partNumber: z.string(), quantity: z.number(), unitMinor: z.number().describe('What one costs, in the smallest unit of the currency'), currency: z.string(), addedAt: z.string(), struckWhy: z.string() });
export type Part = z.infer<typeof Part>;
export const RetestCheck = z.object({ deviceId: z.uuid(), expect: z.enum(EXPECTATIONS), heardAt: z.string().nullable(), signalKey: z.string().nullable(), type: z.string().nullable() });
export const Retest = z.object({
  id: z.uuid(), startedAt: z.string(), startedBy: z.string(), until: z.string(), checks: z.array(RetestCheck), state: z.enum(['running', 'passed', 'failed']), endedAt: z.string().nullable(), reason: z.string(), byHand: z.string().nullable().describe('Who decided it; none where signals did'),
});
export type Retest = z.infer<typeof Retest>;

export const WorkOrder = z.object({
  id: z.uuid(), number: z.string(), title: z.string(), siteId: z.uuid().nullable(), site: z.string().nullable(), timeZone: z.string().nullable(),
  origin: z.enum(ORIGINS), isSimulated: z.boolean().describe('Raised from a simulated alarm or incident: nothing broke, and no figure counts it'), faultCode: z.string(), priority: z.number(), state: z.enum(STATES),
  owner: Named.nullable(), firm: z.string().describe('The firm outside that has it'), dueAt: z.string(), failedAt: z.string().describe('When the fault began, as far as is known'), raisedAt: z.string(), raisedBy: z.string(),
  fixedAt: z.string().nullable(), endedAt: z.string().nullable(), waitingWhy: z.string(), returns: z.number().describe('How often it came back: a failed retest, or opened again'),
  devices: z.array(Named).describe('As far as they may be seen'), visit: Visit.nullable().describe('The one that goes on, or comes next'), version: z.number(),
});
export type WorkOrder = z.infer<typeof WorkOrder>;

export const WorkOrderDetail = WorkOrder.extend({
  detail: z.string(), firmContact: z.string(), assignedAt: z.string().nullable(), startedAt: z.string().nullable(), fixedBy: Named.nullable(), cause: z.string(), done: z.string(), labourMinutes: z.number().nullable(),
  testedAt: z.string().nullable(), exemption: z.string().describe('Why it was closed without a retest'), endedBy: z.string().nullable(), cancelReason: z.string(),
  from: z.array(z.object({ id: z.uuid(), kind: z.string(), number: z.string().nullable(), title: z.string() })).describe('The alarm or incident that it came from, where it may be seen'),
  visits: z.array(Visit), parts: z.array(Part), retests: z.array(Retest), costs: z.array(z.object({ currency: z.string(), minor: z.number() })).describe('Parts in force, by currency'),
});
export type WorkOrderDetail = z.infer<typeof WorkOrderDetail>;

export const listWorkOrders = endpoint({
  method: 'GET', path: '/', summary: 'Work orders that I may see, next due first', permission: 'workorders:read',
  query: z.strictObject({
    state: z.enum(['open', 'ended', ...STATES]).optional(), deviceId: z.uuid().optional(), under: z.uuid().optional().describe('Only at this site and below it'), priority: z.coerce.number().int().min(1).max(4).optional(), faultCode: z.string().max(60).optional(),
    isOverdue: z.enum(['true']).optional(), isMine: z.enum(['true']).optional(), fixedFrom: Time.optional(), fixedTo: Time.optional(), q: z.string().trim().max(100).optional(),
    sort: z.enum(['due', '-raised']).default('due'), after: z.string().max(300).optional(), limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  reply: z.object({ items: z.array(WorkOrder), next: z.string().nullable(), total: z.number() }),
});
export const readWorkOrder = endpoint({ method: 'GET', path: '/:id', summary: 'One work order, with visits, parts and retests', permission: 'workorders:read', params: ById, reply: WorkOrderDetail });

export const raiseWorkOrder = endpoint({
  method: 'POST', path: '/', summary: 'Raise a work order: by hand, from a fault of a device, from an alarm or from an incident', permission: 'workorders:raise', status: 201,
  body: z.strictObject({
    origin: z.enum(['fault', 'alarm', 'incident', 'inspection']).default('inspection'), fromId: z.uuid().optional().describe('The alarm or incident'),
    title: Title.optional().describe('Taken from the alarm where there is one'), detail: Text.default(''), siteId: z.uuid().nullable().optional().describe('That of the alarm, incident or first device where not said'),
    deviceIds: z.array(z.uuid()).max(20).default([]), faultCode: Code.optional().describe('Suggested by the alarm where not said'), priority: Priority.default(3), failedAt: Time.optional(), dueAt: Time.optional().describe('By the targets where not said'),
  }),
  reply: WorkOrderDetail,
});
export const changeWorkOrder = endpoint({
  method: 'PATCH', path: '/:id', summary: 'Change what it is about; If-Match guards against a change by another', permission: 'workorders:raise', params: ById,
  body: z.strictObject({ title: Title, detail: Text, faultCode: Code, priority: Priority, dueAt: Time, failedAt: Time, deviceIds: z.array(z.uuid()).max(20) }).partial(), reply: WorkOrderDetail,
});
export const assignWorkOrder = endpoint({
  method: 'POST', path: '/:id/assign', summary: 'Give it to a person in house, or to a firm outside', permission: 'workorders:assign', params: ById,
  body: z.strictObject({ ownerId: z.uuid().nullable().default(null), firm: Line.default(''), firmContact: Line.default('') }), reply: WorkOrderDetail,
});
export const startWork = endpoint({ method: 'POST', path: '/:id/start', summary: 'Work begins, or goes on', permission: 'workorders:perform', params: ById, reply: WorkOrderDetail });
export const pauseWork = endpoint({ method: 'POST', path: '/:id/pause', summary: 'Work waits, for parts or somebody, with the reason', permission: 'workorders:perform', params: ById, body: z.strictObject({ reason: Reason }), reply: WorkOrderDetail });
export const fixWork = endpoint({
  method: 'POST', path: '/:id/fix', summary: 'Say that it is fixed: the cause, what was done, how long it took', permission: 'workorders:perform', params: ById,
  body: z.strictObject({ cause: Text.min(1, 'Say what the cause was'), done: Text.min(1, 'Say what was done'), labourMinutes: z.number().int().min(0).max(60_000), faultCode: Code.optional() }), reply: WorkOrderDetail,
});
export const closeWorkOrder = endpoint({
  method: 'POST', path: '/:id/close', summary: 'Close it after a passed retest, or with the reason why none was needed', permission: 'workorders:retest', params: ById, body: z.strictObject({ exemption: z.string().trim().max(1000).default('') }), reply: WorkOrderDetail,
});
export const reopenWorkOrder = endpoint({ method: 'POST', path: '/:id/reopen', summary: 'Open a fixed or closed one again, with the reason', permission: 'workorders:retest', params: ById, body: z.strictObject({ reason: Reason }), reply: WorkOrderDetail });
export const cancelWorkOrder = endpoint({ method: 'POST', path: '/:id/cancel', summary: 'Cancel it, with the reason', permission: 'workorders:assign', params: ById, body: z.strictObject({ reason: Reason }), reply: WorkOrderDetail });

export const planVisit = endpoint({
  method: 'POST', path: '/:id/visits', summary: 'Plan a visit', permission: 'workorders:assign', params: ById, status: 201, body: z.strictObject({ from: Time, until: Time, who: Line.min(1, 'Say who comes') }), reply: WorkOrderDetail,
});
export const arriveVisit = endpoint({ method: 'POST', path: '/:id/visits/:rowId/arrive', summary: 'They are on site', permission: 'workorders:perform', params: ByRow, reply: WorkOrderDetail });
export const leaveVisit = endpoint({ method: 'POST', path: '/:id/visits/:rowId/leave', summary: 'They left the site', permission: 'workorders:perform', params: ByRow, reply: WorkOrderDetail });
export const strikeVisit = endpoint({ method: 'POST', path: '/:id/visits/:rowId/strike', summary: 'Take back a visit that did not begin, with the reason', permission: 'workorders:assign', params: ByRow, body: z.strictObject({ reason: Reason }), reply: WorkOrderDetail });

export const addPart = endpoint({
  method: 'POST', path: '/:id/parts', summary: 'Note a part that was used, with its cost', permission: 'workorders:perform', params: ById, status: 201,
  body: z.strictObject({ name: Line.min(1, 'Say which part'), partNumber: Line.default(''), quantity: z.number().int().min(1).max(10_000).default(1), unitMinor: Minor, currency: Currency }), reply: WorkOrderDetail,
});
export const strikePart = endpoint({ method: 'POST', path: '/:id/parts/:rowId/strike', summary: 'Strike a part, with the reason', permission: 'workorders:perform', params: ByRow, body: z.strictObject({ reason: Reason }), reply: WorkOrderDetail });

export const startRetest = endpoint({
  method: 'POST', path: '/:id/retest', summary: 'Begin the retest: say what must be heard of which device, and within which time', permission: 'workorders:retest', params: ById, status: 201,
  body: z.strictObject({ checks: z.array(z.strictObject({ deviceId: z.uuid(), expect: z.enum(EXPECTATIONS) })).max(40).default([]).describe('None where it can only be seen by a person'), withinMinutes: z.number().int().min(1).max(1440).default(30) }), reply: WorkOrderDetail,
});
export const endRetest = endpoint({
  method: 'POST', path: '/:id/retest/end', summary: 'Decide a retest by hand, with what was seen; passed only by another than who fixed it', permission: 'workorders:retest', params: ById,
  body: z.strictObject({ isPassed: z.boolean(), reason: Reason }), reply: WorkOrderDetail,
});
export const printWorkOrder = endpoint({ method: 'GET', path: '/:id/report.pdf', summary: 'The work order on paper, for who does the work', permission: 'workorders:read', params: ById, query: z.strictObject({ paper: z.enum(['a4', 'us-letter']).default('a4') }), reply: null });

export const Settings = z.object({ urgentHours: z.number(), highHours: z.number(), normalDays: z.number(), lowDays: z.number(), repeatDays: z.number().describe('The same fault of the same device within so many days is a repeat'), version: z.number() });
export type Settings = z.infer<typeof Settings>;
export const readSettings = endpoint({ method: 'GET', path: '/settings', summary: 'Times to repair by priority, and what is a repeat', permission: 'workorders:read', reply: Settings });
export const setSettings = endpoint({
  method: 'PUT', path: '/settings', summary: 'Set the times to repair and what is a repeat', permission: 'workorders:plan',
  body: z.strictObject({ urgentHours: z.number().int().min(1).max(720), highHours: z.number().int().min(1).max(720), normalDays: z.number().int().min(1).max(365), lowDays: z.number().int().min(1).max(365), repeatDays: z.number().int().min(1).max(365) }), reply: Settings,
});
