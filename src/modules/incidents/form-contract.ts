import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { Standing } from './contract.ts';

const ById = z.object({ id: z.uuid() });
const ByRow = z.object({ id: z.uuid(), rowId: z.uuid() });
const PLAN = 'incidents:plan-section';
const READ = 'incidents:read';

export const FormKey = z.enum(['201', '202', '203', '204', '205', '205A', '206', '207', '208', '209', '210', '211', '213', '214', '215', '215A', '221']);
export type FormKey = z.infer<typeof FormKey>;

/** A field is a text, a list of lines, or a table of rows. */
export const FieldValue = z.union([z.string().max(20_000), z.array(z.string().max(4_000)).max(500), z.array(z.array(z.string().max(1_000)).max(20)).max(1_000)]);
export type FieldValue = z.infer<typeof FieldValue>;

export const SheetField = z.object({
  key: z.string(), label: z.string(), shape: z.enum(['text', 'lines', 'table']), columns: z.array(z.string()), value: FieldValue.nullable(),
  origin: z.enum(['filled', 'written', 'empty']).describe('Filled from what is known, written by somebody, or without a value'), source: z.string().nullable().describe('From where it was filled, or who wrote it'),
});
export type SheetField = z.infer<typeof SheetField>;

export const Sheet = z.object({
  id: z.uuid(), form: FormKey, title: z.string(), subject: z.string().describe('The unit, position or resource that it is for; empty where it is for the incident'), subjectId: z.uuid().nullable(), periodId: z.uuid().nullable(), period: z.number().nullable(),
  version: z.number(), state: z.enum(['draft', 'signed']), edition: z.number().describe('Counts the changes of a draft'), begunBy: z.string(), changedAt: z.string(), signedAt: z.string().nullable(), signedBy: z.string().nullable(), signedAs: z.string(), approvedAt: z.string().nullable(), approvedBy: z.string().nullable(), why: z.string().describe('Why there is a new version'),
});
export type Sheet = z.infer<typeof Sheet>;

const Named = z.object({ id: z.uuid(), title: z.string() });
export const listForms = endpoint({
  method: 'GET', path: '/:id/forms', summary: 'The ICS forms of an incident: which there are, what each is for, and how much is filled from what is known', permission: READ, params: ById,
  reply: z.object({
    forms: z.array(z.object({ form: FormKey, title: z.string(), preparedBy: z.string(), when: z.string(), for: z.enum(['incident', 'unit', 'position', 'resource']), isApproved: z.boolean(), fields: z.number(), filled: z.number() })), sheets: z.array(Sheet),
    periods: z.array(z.object({ id: z.uuid(), number: z.number(), startsAt: z.string(), endsAt: z.string(), isOver: z.boolean() })), units: z.array(Named).describe('Units with a task'), positions: z.array(Named), resources: z.array(Named),
    coverage: z.object({ fields: z.number(), filled: z.number(), share: z.number().describe('Fields with a value before anybody writes, of all fields of one sheet of each form') }),
  }),
});
export const readSheet = endpoint({ method: 'GET', path: '/:id/forms/:rowId', summary: 'One form with every field, each with its value and from where it is', permission: READ, params: ByRow, reply: Sheet.extend({ fields: z.array(SheetField), versions: z.array(z.object({ id: z.uuid(), version: z.number(), state: z.enum(['draft', 'signed']) })) }) });
export type SheetDetail = z.infer<typeof readSheet.reply>;

export const beginForm = endpoint({
  method: 'POST', path: '/:id/forms', summary: 'Begin a form, filled from what is known', permission: PLAN, params: ById, status: 201,
  body: z.object({ form: FormKey, periodId: z.uuid().nullable().default(null), subjectId: z.uuid().nullable().default(null).describe('The unit of a 204, the position of a 214, the resource of a 221') }), reply: Standing,
});
export const preparePlan = endpoint({ method: 'POST', path: '/:id/forms/prepare', summary: 'Begin all forms of an action plan that are not begun: one 204 for each unit with a task, one 214 for each position', permission: PLAN, params: ById, body: z.object({ periodId: z.uuid().nullable().default(null) }), reply: z.object({ begun: z.number() }) });
export const writeFields = endpoint({
  method: 'PATCH', path: '/:id/forms/:rowId', summary: 'Write fields of a draft; null lets one be filled again. If-Match refuses what was read before another change', permission: PLAN, params: ByRow,
  body: z.object({ values: z.record(z.string().max(60), FieldValue.nullable()) }), reply: Standing,
});
export const signForm = endpoint({ method: 'POST', path: '/:id/forms/:rowId/sign', summary: 'Sign a form: from then on it is frozen', permission: PLAN, params: ByRow, body: z.object({ edition: z.int().min(1).describe('The edition that was read') }), reply: Standing });
export const approveForm = endpoint({ method: 'POST', path: '/:id/forms/:rowId/approve', summary: 'Approve a signed form, as another than who signed it', permission: PLAN, params: ByRow, reply: Standing });
export const reviseForm = endpoint({ method: 'POST', path: '/:id/forms/:rowId/revise', summary: 'Begin a new version of a signed form', permission: PLAN, params: ByRow, status: 201, body: z.object({ reason: z.string().trim().min(3, 'Say why, in a few words').max(1_000) }), reply: Standing });

const Paper = { purpose: z.string().trim().min(3).max(200).optional(), paper: z.enum(['a4', 'us-letter']).default('a4') };
export const printForm = endpoint({ method: 'GET', path: '/:id/forms/:rowId/form.pdf', summary: 'One form as PDF', permission: READ, params: ByRow, query: z.object(Paper), reply: null });
export const printPlan = endpoint({ method: 'GET', path: '/:id/forms/plan.pdf', summary: 'The incident action plan of a period as one PDF; drafts are marked', permission: READ, params: ById, query: z.object({ ...Paper, periodId: z.uuid().optional() }), reply: null });
