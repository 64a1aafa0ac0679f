import { z } from 'zod';
import { Device } from '#modules/devices/contract.ts';
import { endpoint } from '#platform/kernel/contract.ts';
import { RESULTS, UNITS } from './plan-rules.ts';

const ById = z.strictObject({ id: z.uuid() });
const Title = z.string().trim().min(1, 'Say what is inspected').max(200);
const Text = z.string().trim().max(4000);
const Reason = z.string().trim().min(3, 'Say why').max(1000);
const Day = z.iso.date('Write the day as 2026-11-22');
const Named = z.object({ id: z.uuid(), name: z.string() });
const PointText = z.string().trim().min(1, 'Say what is looked at').max(300);

export const Point = z.object({ key: z.string(), text: z.string() });
export const Plan = z.object({
  id: z.uuid(), title: z.string(), detail: z.string(), siteId: z.uuid().nullable(), site: z.string().nullable(), timeZone: z.string().nullable(), device: Named.nullable(), deviceKind: z.string().describe('Every device of this kind at the site'),
  every: z.number(), unit: z.enum(UNITS), startsOn: z.string(), aheadDays: z.number(), points: z.array(Point), state: z.enum(['active', 'stopped']), stoppedWhy: z.string(), nextOn: z.string().nullable(), overdue: z.number(), createdAt: z.string(), version: z.number(),
});
export type Plan = z.infer<typeof Plan>;

export const Answer = z.object({ key: z.string(), text: z.string(), result: z.enum(RESULTS), note: z.string(), orderId: z.uuid().nullable().describe('The work order that a failed point raised') });
export type Answer = z.infer<typeof Answer>;
export const Round = z.object({
  id: z.uuid(), plan: Named, siteId: z.uuid().nullable(), site: z.string().nullable(), timeZone: z.string().nullable(), device: Named.nullable(), plannedOn: z.string(), dueOn: z.string(), isOverdue: z.boolean().describe('By the site’s own day'), state: z.enum(['due', 'done', 'dropped']), postponedWhy: z.string(),
  points: z.array(Point), answers: z.array(Answer).nullable(), note: z.string(), doneAt: z.string().nullable(), doneBy: z.string().nullable(), version: z.number(),
});
export type Round = z.infer<typeof Round>;

export const listPlans = endpoint({
  method: 'GET', path: '/plans', summary: 'Plans of preventive maintenance, by title', permission: 'workorders:read',
  query: z.strictObject({ state: z.enum(['active', 'stopped']).optional(), deviceId: z.uuid().optional(), after: z.string().max(600).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }), reply: z.object({ items: z.array(Plan), next: z.string().nullable() }),
});
export const addPlan = endpoint({
  method: 'POST', path: '/plans', summary: 'Plan an inspection of a device, a kind of device or a site, again and again', permission: 'workorders:plan', status: 201,
  body: z.strictObject({
    title: Title, detail: Text.default(''), siteId: z.uuid().nullable(), deviceId: z.uuid().nullable().default(null), deviceKind: z.enum(['', ...Device.shape.kind.options]).default(''),
    every: z.number().int().min(1).max(366), unit: z.enum(UNITS), startsOn: Day, aheadDays: z.number().int().min(1).max(400).default(92), points: z.array(PointText).min(1, 'Give at least one point').max(100),
  }),
  reply: Plan,
});
export const changePlan = endpoint({
  method: 'PATCH', path: '/plans/:id', summary: 'Change what a plan is about and its points, for rounds that are still to come; If-Match guards against a change by another', permission: 'workorders:plan', params: ById,
  body: z.strictObject({ title: Title, detail: Text, points: z.array(PointText).min(1, 'Give at least one point').max(100) }).partial(), reply: Plan,
});
export const stopPlan = endpoint({ method: 'POST', path: '/plans/:id/stop', summary: 'Stop a plan, with the reason; rounds that are not done are dropped', permission: 'workorders:plan', params: ById, body: z.strictObject({ reason: Reason }), reply: Plan });

export const listRounds = endpoint({
  method: 'GET', path: '/rounds', summary: 'The preventive calendar: rounds by the day on which they are due', permission: 'workorders:read',
  query: z.strictObject({ from: Day.optional(), to: Day.optional().describe('With this day'), state: z.enum(['due', 'done', 'dropped']).optional(), planId: z.uuid().optional(), after: z.string().max(300).optional(), limit: z.coerce.number().int().min(1).max(200).default(100) }),
  reply: z.object({ items: z.array(Round), next: z.string().nullable() }),
});
export const postponeRound = endpoint({ method: 'POST', path: '/rounds/:id/postpone', summary: 'Put a round off to another day, with the reason', permission: 'workorders:perform', params: ById, body: z.strictObject({ dueOn: Day, reason: Reason }), reply: Round });
export const completeRound = endpoint({
  method: 'POST', path: '/rounds/:id/complete', summary: 'Answer the points of a round; each that failed raises a work order', permission: 'workorders:perform', params: ById,
  body: z.strictObject({ answers: z.array(z.strictObject({ key: z.string().max(20), result: z.enum(RESULTS), note: z.string().trim().max(1000).default('') })).min(1).max(100), note: Text.default('') }), reply: Round,
});
