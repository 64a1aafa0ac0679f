import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { FLAGS } from './rationale-rules.ts';

const Named = z.object({ id: z.uuid(), name: z.string() });
const Words = z.string().trim().min(3, 'Say it, in a few words').max(1000);

export const Rationale = z.object({
  id: z.uuid(), type: z.string(), cause: z.string(), consequence: z.string(), response: z.string(), withinMin: z.number().describe('Within so many minutes acting still prevents the consequence'), severity: z.number().describe('1 the worst to 4'),
  priority: z.number().describe('By severity and urgency'), owner: Named, reviewOn: z.string(), state: z.enum(['draft', 'approved', 'replaced']), writtenBy: Named, writtenAt: z.string(), approvedBy: Named.nullable(), approvedAt: z.string().nullable(), isAlone: z.boolean(), version: z.number(),
});
export type Rationale = z.infer<typeof Rationale>;

export const RationaleRow = z.object({
  type: z.string(), title: z.string(), rings: z.number().describe('The priority at which it rings'), entry: Rationale.nullable(), draft: Rationale.nullable(),
  raised: z.number().describe('Alarms in 90 days, of the sites that the reader sees'), counted: z.number().describe('Of these, those with a finding'), countedFalse: z.number().describe('Of these, those whose finding counts as false'), flags: z.array(z.enum(FLAGS)),
  suppressions: z.array(z.object({ id: z.uuid(), site: z.string().nullable(), endsAt: z.string() })).describe('Sites at which it does not ring now, until when'), mayBeSuppressed: z.boolean().describe('Duress, hold-up, fire and medical never are'),
  start: z.object({ cause: z.string(), consequence: z.string(), response: z.string(), withinMin: z.number() }).nullable().describe('What ships for its family, to begin from'),
});
export type RationaleRow = z.infer<typeof RationaleRow>;

export const listRationales = endpoint({ method: 'GET', path: '/rationales', summary: 'Types of alarms that ring or have an entry in the register, with what stands against it', permission: 'alarms:read', reply: z.object({ days: z.number(), mayWrite: z.boolean(), items: z.array(RationaleRow) }) });
export const readRationale = endpoint({ method: 'GET', path: '/rationales/in-force', summary: 'The approved entry of a type of alarm', permission: 'alarms:read', query: z.strictObject({ type: z.string().max(80) }), reply: z.object({ entry: Rationale.nullable() }) });
export const writeRationale = endpoint({
  method: 'POST', path: '/rationales', summary: 'Write the entry of a type of alarm as a draft, or its draft anew', permission: 'alarms:rationalise', status: 201,
  body: z.strictObject({ type: z.string().max(80), cause: Words, consequence: Words, response: Words, withinMin: z.int().min(1, 'At least a minute').max(100_000), severity: z.int().min(1).max(4), ownerId: z.uuid().optional().describe('Who answers for it; the author where nobody is named'), reviewOn: z.iso.date('Choose a day') }), reply: Rationale,
});
export const approveRationale = endpoint({ method: 'POST', path: '/rationales/approve', summary: 'Approve the draft that somebody else wrote', permission: 'alarms:rationalise', body: z.strictObject({ type: z.string().max(80), version: z.int().describe('Of the draft as it was read') }), reply: Rationale });
export const downloadRationales = endpoint({ method: 'GET', path: '/rationales/register.csv', summary: 'The register as CSV, to be brought in again', permission: 'alarms:read', reply: null });
