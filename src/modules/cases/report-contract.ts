import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { Standing } from './contract.ts';

const ById = z.object({ id: z.uuid() });
const Text = z.string().trim().min(1, 'Write what happened').max(8_000);
const Reason = z.string().trim().min(3, 'Say why, in a few words').max(1_000);
const Short = z.string().trim().max(200);

/** A code that only the reporter holds: 160 random bits. */
const Code = z.string().regex(/^[\w-]{27}$/, 'A code has 27 letters, digits, - and _');
const Said = z.object({ id: z.uuid(), isMine: z.boolean(), text: z.string(), at: z.string() });
export const ReportState = z.enum(['new', 'taken', 'dismissed']);
export const OwnReport = z.object({ number: z.string(), state: ReportState, receivedAt: z.string(), messages: z.array(Said) });
export type OwnReport = z.infer<typeof OwnReport>;

export const makeReport = endpoint({
  method: 'POST', path: '/report', summary: 'Report something at the front door, named or not; the code to come back is answered once', permission: 'public', isUnnamed: true, status: 201,
  body: z.strictObject({ text: Text, type: z.string().max(40).nullable().default(null), place: Short.default(''), about: z.string().trim().max(1_000).default('').describe('Who it is about: they never see it'), name: Short.default(''), contact: Short.default('') }),
  reply: z.object({ code: z.string(), number: z.string() }),
});
export const openReport = endpoint({ method: 'POST', path: '/report/open', summary: 'How far a report is and what was answered, by its code', permission: 'public', isUnnamed: true, body: z.strictObject({ code: Code }), reply: OwnReport });
export const sayReport = endpoint({ method: 'POST', path: '/report/say', summary: 'Add to a report by its code', permission: 'public', isUnnamed: true, body: z.strictObject({ code: Code, text: Text }), reply: OwnReport });

export const ReportRow = z.object({ id: z.uuid(), number: z.string(), state: ReportState, type: z.string().nullable(), opening: z.string().describe('Its first words'), isAnonymous: z.boolean(), receivedAt: z.string(), unanswered: z.boolean().describe('The reporter had the last word'), caseId: z.uuid().nullable() });
export type ReportRow = z.infer<typeof ReportRow>;
export const listReports = endpoint({
  method: 'GET', path: '/reports', summary: 'Reports of the front door that I may triage, the latest first', permission: 'cases:triage',
  query: z.object({ state: z.enum(['any', ...ReportState.options]).default('any'), caseId: z.uuid().optional(), after: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
  reply: z.object({ items: z.array(ReportRow), next: z.string().nullable() }),
});
export const Report = ReportRow.extend({
  text: z.string(), place: z.string(), about: z.string(), name: z.string(), contact: z.string(), triagedBy: z.string().nullable(), triagedAt: z.string().nullable(), why: z.string(), version: z.number(),
  messages: z.array(z.object({ id: z.uuid(), author: z.string().nullable(), text: z.string(), at: z.string() })), keptOut: z.array(z.object({ personId: z.uuid(), name: z.string(), why: z.string() })), readers: z.array(z.string()), mine: z.array(z.string()),
});
export type Report = z.infer<typeof Report>;
export const readReport = endpoint({ method: 'GET', path: '/reports/:id', summary: 'One report with what was said; the reading is recorded', permission: 'cases:read', params: ById, reply: Report });

const Triaged = z.object({ id: z.uuid(), state: ReportState, version: z.number() });
export const answerReport = endpoint({ method: 'POST', path: '/reports/:id/answer', summary: 'Answer the reporter, who reads it by the code', permission: 'cases:triage', params: ById, body: z.object({ text: Text }), reply: Triaged });
export const keepOut = endpoint({ method: 'POST', path: '/reports/:id/keep-out', summary: 'Keep somebody in conflict out of the report and of the case that it becomes', permission: 'cases:wall', params: ById, body: z.object({ personId: z.uuid(), reason: Reason }), reply: Triaged });
export const dismissReport = endpoint({ method: 'POST', path: '/reports/:id/dismiss', summary: 'Dismiss a report, with the reason', permission: 'cases:wall', params: ById, body: z.object({ reason: Reason }), reply: Triaged });
export const takeReport = endpoint({
  method: 'POST', path: '/reports/:id/take', summary: 'Make a case of it behind the same wall: who triaged and has no part in it goes out', permission: 'cases:wall', params: ById,
  body: z.object({ title: z.string().trim().min(1).max(200), type: z.string().min(1).max(40), custodianId: z.uuid() }), reply: Standing,
});
