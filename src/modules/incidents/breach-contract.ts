import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { LegalClock, Standing } from './contract.ts';

const ById = z.object({ id: z.uuid() });
const ByRow = z.object({ id: z.uuid(), rowId: z.uuid() });
const Words = z.string().trim().max(8_000);
const Line = z.string().trim().max(300);
const Time = z.iso.datetime({ offset: true, error: 'Write a time with its zone, like 2026-11-21T04:12:00Z' });
const Reason = z.string().trim().min(3, 'Say why, in a few words').max(1_000);
const Count = z.int().min(0).max(9_000_000_000);
const Range = z.strictObject({ least: Count, most: Count }).nullable();

/** The duties to notify that this record documents; of these another person decides that one is not due. */
export const BreachClock = z.enum(['gdpr-authority', 'uk-gdpr', 'gdpr-persons']);
export const BreachRisk = z.enum(['unlikely', 'risk', 'high']);

const facts = {
  nature: Words, personCategories: Words, persons: Range.describe('About how many people, from and to; null while it is not known'), recordCategories: Words, records: Range.describe('About how many records'),
  consequences: Words, measures: Words, contact: Line.describe('Who can be asked: the data protection officer or another'), risk: BreachRisk.nullable().describe('How likely it harms people'), riskWhy: Words,
  personsTold: z.boolean().nullable(), personsToldWords: Words.describe('How the persons were told, or why they were not'),
};
export const Breach = z.object({ ...facts, openedBy: z.string(), openedAt: z.string(), version: z.number() });
export type Breach = z.infer<typeof Breach>;
export const BreachNotice = z.object({
  id: z.uuid(), clock: BreachClock, recipient: z.string(), reference: z.string(), givenAt: z.string(), isPartial: z.boolean(), lateWhy: z.string(), isLate: z.boolean().describe('Given after its time had run out'), givenBy: z.string(), notedAt: z.string(),
  struckAt: z.string().nullable(), struckBy: z.string().nullable(), struckReason: z.string().nullable(),
});
export type BreachNotice = z.infer<typeof BreachNotice>;
export const BreachSheet = z.object({ breach: Breach.nullable(), notices: z.array(BreachNotice), clocks: z.array(LegalClock), missing: z.array(z.object({ field: z.string(), detail: z.string() })).describe('What GDPR Art. 33(3) and (5) ask for and is not said yet') });
export type BreachSheet = z.infer<typeof BreachSheet>;

export const readBreach = endpoint({ method: 'GET', path: '/:id/breach', summary: 'The record of a breach of personal data, with its notices and what is missing; null where none is opened', permission: 'incidents:read', params: ById, reply: BreachSheet });
export const writeBreach = endpoint({ method: 'PATCH', path: '/:id/breach', summary: 'Write the record of a breach; opens it the first time. If-Match refuses what was read before another change', permission: 'incidents:write', params: ById, body: z.object(facts).partial(), reply: Standing });
export const noteNotice = endpoint({
  method: 'POST', path: '/:id/breach/notices', summary: 'Note that a notice was given: to whom, when, under which reference; its duty is met then', permission: 'incidents:write', params: ById, status: 201,
  body: z.object({ clock: BreachClock, recipient: Line.min(1, 'Say who was told'), reference: Line.min(1, 'Give the reference or how it can be shown'), givenAt: Time, isPartial: z.boolean().default(false), lateWhy: Words.default('') }), reply: Standing,
});
export const strikeNotice = endpoint({ method: 'POST', path: '/:id/breach/notices/:rowId/strike', summary: 'Strike a notice that was noted by mistake; its duty is open again where no other stands', permission: 'incidents:write', params: ByRow, body: z.object({ reason: Reason }), reply: Standing });
export const sayNotDue = endpoint({ method: 'POST', path: '/:id/breach/not-due', summary: 'Propose that a duty to notify of a breach is not due; another person decides', permission: 'incidents:clock-stop', params: ById, body: z.object({ clock: BreachClock, reason: Reason }), reply: z.object({ decisionId: z.uuid(), state: z.enum(['waiting', 'alone']) }) });
export const printBreach = endpoint({
  method: 'GET', path: '/:id/breach/report.pdf', summary: 'The record of a breach as PDF; of a walled incident it asks for the purpose', permission: 'incidents:read', params: ById,
  query: z.object({ purpose: z.string().trim().min(3).max(200).optional(), paper: z.enum(['a4', 'us-letter']).default('a4') }), reply: null,
});
