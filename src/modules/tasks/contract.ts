import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

const ById = z.object({ id: z.uuid() });
const Title = z.string().trim().min(1, 'Say what is to be done').max(200);
const Detail = z.string().trim().max(4000);
const DueAt = z.iso.datetime({ offset: true });
const Reason = z.string().trim().min(3, 'Say why').max(1000);
export const TaskState = z.enum(['open', 'done', 'dropped']);

/** When a task comes again: an RRULE value of RFC 5545 as far as `src/engines/recurrence` reads it, on the clocks of a zone. */
const Repeats = z.strictObject({ rule: z.string().trim().min(10, 'Say how it repeats').max(200).describe('As FREQ=WEEKLY;INTERVAL=2'), zone: z.string().trim().min(1).max(60).describe('IANA') });
const BlockedBy = z.array(z.uuid()).max(20, 'A task waits for at most twenty others');

export const Task = z.object({
  id: z.uuid(),
  record: z.object({ id: z.uuid(), kind: z.string(), number: z.string().nullable(), title: z.string() }),
  title: z.string(), detail: z.string(),
  owner: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  dueAt: z.string().nullable(),
  state: TaskState,
  outcome: z.string().describe('What came of it, or why it was dropped'),
  createdAt: z.string(), createdBy: z.string(), endedAt: z.string().nullable(), endedBy: z.string().nullable(),
  version: z.number(),
  blockedBy: z.array(z.object({ id: z.uuid(), title: z.string(), state: TaskState })).describe('Tasks of the same record that are to be finished first'),
  repeats: Repeats.extend({ nextDueAt: z.string().nullable().describe('When the next one would be due if this one were finished now; null where none comes any more') }).nullable(),
});
export type Task = z.infer<typeof Task>;

const Paging = { state: TaskState.optional(), after: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) };
const Page = z.object({ items: z.array(Task), next: z.string().nullable() });
export const listTasks = endpoint({ method: 'GET', path: '/', summary: 'Tasks on a record, next due first', permission: 'tasks:read', query: z.object({ recordId: z.uuid(), ...Paging }), reply: Page });
export const listMyTasks = endpoint({ method: 'GET', path: '/mine', summary: 'Tasks that are mine, next due first', permission: 'tasks:read', query: z.object({ ...Paging, state: TaskState.default('open') }), reply: Page });
export const readTask = endpoint({ method: 'GET', path: '/:id', summary: 'One task', permission: 'tasks:read', params: ById, reply: Task });

export const addTask = endpoint({
  method: 'POST', path: '/', summary: 'Add a task to a record', permission: 'tasks:write', status: 201,
  body: z.object({ recordId: z.uuid(), title: Title, detail: Detail.default(''), ownerId: z.uuid().nullable().default(null), dueAt: DueAt.nullable().default(null), repeats: Repeats.optional(), blockedBy: BlockedBy.optional() }),
  reply: Task,
});
export const changeTask = endpoint({
  method: 'PATCH', path: '/:id', summary: 'Change an open task: words, owner, due time, how it repeats, what it waits for; If-Match guards against a change by another', permission: 'tasks:write', params: ById,
  body: z.object({ title: Title.optional(), detail: Detail.optional(), ownerId: z.uuid().nullable().optional(), dueAt: DueAt.nullable().optional(), repeats: Repeats.nullable().optional(), blockedBy: BlockedBy.optional() }),
  reply: Task,
});
export const completeTask = endpoint({ method: 'POST', path: '/:id/complete', summary: 'Say that a task is done; of one that repeats the next is made', permission: 'tasks:write', params: ById, body: z.object({ outcome: z.string().trim().max(1000).default('') }), reply: Task });
export const dropTask = endpoint({ method: 'POST', path: '/:id/drop', summary: 'Drop a task, with the reason; of one that repeats the next is made', permission: 'tasks:write', params: ById, body: z.object({ reason: Reason }), reply: Task });
export const reopenTask = endpoint({ method: 'POST', path: '/:id/reopen', summary: 'Open a done or dropped task again, with the reason', permission: 'tasks:write', params: ById, body: z.object({ reason: Reason }), reply: Task });
