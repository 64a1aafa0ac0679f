import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { Standing } from './contract.ts';
import { ELEMENT_STATES, FINDINGS, LACKS, OUTCOMES, PERSON_ROLES } from './finding-rules.ts';
import { STATES } from './rules.ts';

const ById = z.object({ id: z.uuid() });
const ByRow = z.object({ id: z.uuid(), rowId: z.uuid() });
const Reason = z.string().trim().min(3, 'Say why, in a few words').max(1_000);
const Text = z.string().trim().min(1, 'Write what it is').max(8_000);
const Long = z.string().trim().max(8_000);
const Minor = z.int().min(0).max(9_000_000_000_000_000);

export const Finding = z.enum(FINDINGS);
export const Outcome = z.enum(OUTCOMES);
export const PersonRole = z.enum(PERSON_ROLES);
export const ElementState = z.enum(ELEMENT_STATES);

const Struck = { struckAt: z.string().nullable(), struckBy: z.string().nullable(), struckReason: z.string().nullable() };
export const PersonNamed = z.object({ id: z.uuid(), role: PersonRole, personId: z.uuid().nullable(), name: z.string(), details: z.string(), addedBy: z.string(), addedAt: z.string(), ...Struck });
export type PersonNamed = z.infer<typeof PersonNamed>;
export const Element = z.object({ id: z.uuid(), seq: z.number(), text: z.string(), state: ElementState, note: z.string() });
export const Allegation = z.object({
  id: z.uuid(), seq: z.number(), type: z.string(), text: z.string(), subjectId: z.uuid().nullable(), subject: z.string().nullable(), addedBy: z.string(), addedAt: z.string(),
  finding: Finding.nullable(), findingWhy: z.string(), foundBy: z.string().nullable(), foundAt: z.string().nullable(), elements: z.array(Element), ...Struck,
});
export type Allegation = z.infer<typeof Allegation>;
export const Loss = z.object({ id: z.uuid(), description: z.string(), amountMinor: z.number(), currency: z.string(), recoveredMinor: z.number(), isEstimate: z.boolean(), addedBy: z.string(), addedAt: z.string(), ...Struck });
export type Loss = z.infer<typeof Loss>;
export const Review = z.object({ id: z.uuid(), verdict: z.enum(['passed', 'returned']), words: z.string(), by: z.string(), at: z.string() });
export const Closing = z.object({
  id: z.uuid(), closedAt: z.string(), proposedBy: z.string(), decidedBy: z.string().nullable(), findings: z.array(z.object({ seq: z.number(), text: z.string(), finding: Finding })), rootCause: z.string(), outcome: z.string(),
  reopenedAt: z.string().nullable(), reopenedBy: z.string().nullable(), reopenedReason: z.string().nullable(),
});
export const Findings = z.object({
  state: z.enum(STATES), rootCause: z.string(), outcome: Outcome.nullable(), outcomeWords: z.string(), noLoss: z.boolean().nullable(), people: z.array(PersonNamed), allegations: z.array(Allegation), losses: z.array(Loss), reviews: z.array(Review), closings: z.array(Closing),
  lacks: z.array(z.enum(LACKS)).describe('What it lacks before it may go on'), mayReview: z.boolean().describe('I hold the right, and wrote none of the findings'),
});
export type Findings = z.infer<typeof Findings>;
export const readFindings = endpoint({ method: 'GET', path: '/:id/findings', summary: 'What is alleged, of whom, what was found, lost and decided', permission: 'cases:read', params: ById, reply: Findings });

export const namePerson = endpoint({
  method: 'POST', path: '/:id/people', summary: 'Name a person in the case; a subject never stands in its room', permission: 'cases:write', params: ById,
  body: z.object({ role: PersonRole, personId: z.uuid().nullable().default(null), name: z.string().trim().max(200).default(''), details: z.string().trim().max(4_000).default('') }), reply: Standing,
});
export const strikePerson = endpoint({ method: 'POST', path: '/:id/people/:rowId/strike', summary: 'Strike a person named, with the reason', permission: 'cases:write', params: ByRow, body: z.object({ reason: Reason }), reply: Standing });
export const addAllegation = endpoint({
  method: 'POST', path: '/:id/allegations', summary: 'Write down what is alleged; its elements of proof come from its type', permission: 'cases:write', params: ById,
  body: z.object({ type: z.string().min(1).max(40), text: Text, subjectId: z.uuid().nullable().default(null).describe('Somebody named in the case') }), reply: Standing,
});
export const strikeAllegation = endpoint({ method: 'POST', path: '/:id/allegations/:rowId/strike', summary: 'Strike an allegation, with the reason', permission: 'cases:write', params: ByRow, body: z.object({ reason: Reason }), reply: Standing });
export const addElement = endpoint({ method: 'POST', path: '/:id/allegations/:rowId/elements', summary: 'Add what has to be shown for an allegation', permission: 'cases:write', params: ByRow, body: z.object({ text: z.string().trim().min(1).max(1_000) }), reply: Standing });
export const settleElement = endpoint({ method: 'POST', path: '/:id/elements/:rowId/settle', summary: 'Say whether it was shown, and by what', permission: 'cases:write', params: ByRow, body: z.object({ state: ElementState, note: z.string().trim().max(4_000).default('') }), reply: Standing });
export const findAllegation = endpoint({ method: 'POST', path: '/:id/allegations/:rowId/find', summary: 'Write the finding of an allegation, with why', permission: 'cases:findings', params: ByRow, body: z.object({ finding: Finding, why: Text }), reply: Standing });
export const addLoss = endpoint({
  method: 'POST', path: '/:id/losses', summary: 'Note what was lost and recovered', permission: 'cases:write', params: ById,
  body: z.object({ description: z.string().trim().min(1).max(500), amountMinor: Minor, currency: z.string().regex(/^[A-Z]{3}$/, 'Three capital letters, like EUR'), recoveredMinor: Minor.default(0), isEstimate: z.boolean().default(false) }), reply: Standing,
});
export const strikeLoss = endpoint({ method: 'POST', path: '/:id/losses/:rowId/strike', summary: 'Strike a loss, with the reason', permission: 'cases:write', params: ByRow, body: z.object({ reason: Reason }), reply: Standing });
export const writeEnding = endpoint({
  method: 'PATCH', path: '/:id/ending', summary: 'Write root cause, outcome, and whether nothing was lost', permission: 'cases:findings', params: ById,
  body: z.object({ rootCause: Long, outcome: Outcome.nullable(), outcomeWords: Long, noLoss: z.boolean().nullable() }).partial(), reply: Standing,
});
export const beginCase = endpoint({ method: 'POST', path: '/:id/begin', summary: 'Begin to investigate what was alleged', permission: 'cases:write', params: ById, reply: Standing });
export const submitCase = endpoint({ method: 'POST', path: '/:id/submit', summary: 'Hand in what was found for review', permission: 'cases:findings', params: ById, reply: Standing });
export const reviewCase = endpoint({ method: 'POST', path: '/:id/review', summary: 'Pass what was handed in, or give it back; never by who wrote a finding', permission: 'cases:approve', params: ById, body: z.object({ verdict: z.enum(['passed', 'returned']), words: z.string().trim().min(3, 'Say what you looked at').max(8_000) }), reply: Standing });
export const closeCase = endpoint({ method: 'POST', path: '/:id/close', summary: 'Propose to close it; another member decides it too', permission: 'cases:close', params: ById, body: z.object({ reason: Reason }), reply: z.object({ decisionId: z.uuid(), state: z.enum(['waiting', 'alone']) }) });
export const reopenCase = endpoint({ method: 'POST', path: '/:id/reopen', summary: 'Open a closed case again; how it was closed stays', permission: 'cases:close', params: ById, body: z.object({ reason: Reason }), reply: Standing });
