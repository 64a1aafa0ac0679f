import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

const ById = z.object({ id: z.uuid() });
const Reason = z.string().trim().min(3, 'Say why').max(1000);
const Person = z.object({ id: z.uuid(), name: z.string() });
const Page = { after: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) };
const Proposed = z.object({ decisionId: z.uuid(), state: z.enum(['waiting', 'alone']) });

export const Schedule = z.object({
  version: z.number().int().describe('Of all schedules: each change has the next'), class: z.string(), purpose: z.string(), days: z.number().int().nullable().describe('Null: kept until somebody decides otherwise'),
  runsFrom: z.string(), basis: z.string(), source: z.string(), owner: z.string(), reason: z.string(), changedBy: z.string().nullable().describe('Null: as shipped'), changedAt: z.string(),
});
export type Schedule = z.infer<typeof Schedule>;
export const KindOfThing = z.object({ key: z.string(), title: z.string(), class: z.string(), purposes: z.array(z.string()), goes: z.string(), isRemoved: z.boolean().describe('A schedule removes it; else it is only held') });
export type KindOfThing = z.infer<typeof KindOfThing>;

export const listSchedules = endpoint({ method: 'GET', path: '/schedules', summary: 'How long each class of record is kept, why, and what goes then', permission: 'retention:read', reply: z.object({ items: z.array(Schedule), kinds: z.array(KindOfThing), version: z.number().int() }) });
export const listVersions = endpoint({
  method: 'GET', path: '/schedules/versions', summary: 'How the schedules of a class were before, the newest first', permission: 'retention:read', query: z.object({ class: z.string().max(40), ...Page }),
  reply: z.object({ items: z.array(Schedule), next: z.string().nullable() }),
});
export const Change = z.object({
  class: z.string().regex(/^[a-z][a-z-]{1,39}$/), purpose: z.string().regex(/^[a-z][a-z-]{1,39}$/), days: z.number().int().min(1).max(36_500).nullable(),
  runsFrom: z.string().trim().min(3).max(200), basis: z.string().trim().min(3).max(600), source: z.string().trim().max(300).default(''), owner: z.string().trim().min(2).max(100),
});
export const proposeSchedule = endpoint({ method: 'POST', path: '/schedules', summary: 'Propose another period for a class and purpose; two people decide it', permission: 'retention:schedule', status: 201, body: Change.extend({ reason: Reason }), reply: Proposed });

export const RunState = z.enum(['looking', 'shown', 'approved', 'running', 'done', 'refused']);
export const Run = z.object({
  id: z.uuid(), state: RunState, classes: z.array(z.string()), withWalled: z.boolean(), asOf: z.string(), scheduleVersion: z.number().int().nullable(), askedBy: Person, askedAt: z.string(),
  approvedBy: Person.nullable(), approvedAt: z.string().nullable(), decisionId: z.uuid().nullable(), jobId: z.uuid().nullable(), endedAt: z.string().nullable(), outcome: z.string(), root: z.string().nullable().describe('Of the ids of all that went: RFC 6962, SHA-256, hexadecimal'),
});
export type Run = z.infer<typeof Run>;
export const Count = z.object({
  kind: z.string(), title: z.string(), goes: z.string(), days: z.number().int().nullable(), cutoff: z.string().nullable(), due: z.number().int(), spared: z.number().int().describe('By holds that I may see'), removed: z.number().int(), stayed: z.number().int(),
  isCapped: z.boolean().describe('More is due than one run takes; the oldest come first'), walled: z.object({ due: z.number().int(), removed: z.number().int() }).nullable().describe('Behind walls, for who may count it'),
});
export type Count = z.infer<typeof Count>;
export const Item = z.object({
  id: z.uuid(), kind: z.string(), at: z.string().describe('From when its time runs'), state: z.enum(['due', 'spared', 'removed', 'stayed']), why: z.string(),
  record: z.object({ id: z.uuid(), kind: z.string(), number: z.string().nullable(), title: z.string() }).nullable(), hold: z.object({ id: z.uuid(), number: z.string() }).nullable(),
});
export type Item = z.infer<typeof Item>;

export const listRuns = endpoint({ method: 'GET', path: '/runs', summary: 'Dry runs and removals, the newest first', permission: 'retention:read', query: z.object(Page), reply: z.object({ items: z.array(Run), next: z.string().nullable() }) });
export const readRun = endpoint({ method: 'GET', path: '/runs/:id', summary: 'One run: how many of each kind are due, were spared, went', permission: 'retention:read', params: ById, reply: Run.extend({ counts: z.array(Count) }) });
export const listItems = endpoint({
  method: 'GET', path: '/runs/:id/items', summary: 'What a run would remove or removed, of one kind, as far as I see it', permission: 'retention:read', params: ById,
  query: z.object({ kind: z.string().max(60), state: z.enum(['due', 'spared', 'removed', 'stayed']).optional(), ...Page }), reply: z.object({ items: z.array(Item), next: z.string().nullable() }),
});
export const startRun = endpoint({
  method: 'POST', path: '/runs', summary: 'Look what is due, without removing anything', permission: 'retention:run', status: 202,
  body: z.object({ classes: z.array(z.string().max(40)).min(1).max(60), withWalled: z.boolean().default(false).describe('Also what stands behind walls, as counts; needs retention:walled') }), reply: z.object({ id: z.uuid(), jobId: z.uuid() }),
});
export const proposeRun = endpoint({ method: 'POST', path: '/runs/:id/propose', summary: 'Propose that what a dry run showed is removed; another person approves it', permission: 'retention:run', params: ById, status: 201, body: z.object({ reason: Reason }), reply: Proposed });
export const continueRun = endpoint({ method: 'POST', path: '/runs/:id/continue', summary: 'Go on with a removal whose job was stopped', permission: 'retention:run', params: ById, status: 202, reply: z.object({ id: z.uuid(), jobId: z.uuid() }) });
export const printCertificate = endpoint({ method: 'GET', path: '/runs/:id/certificate.pdf', summary: 'The certificate of destruction of a run that ended', permission: 'retention:read', params: ById, query: z.object({ paper: z.enum(['a4', 'us-letter']).default('a4') }), reply: null });

const given = <S extends z.ZodType>(schema: S) => schema.nullable().default(null);
const Instant = z.iso.datetime({ offset: true });
export const Cover = z.strictObject({ recordId: given(z.uuid()), personId: given(z.uuid()), siteId: given(z.uuid()), kind: given(z.string().max(60)), from: given(Instant), till: given(Instant) });
export type Cover = z.infer<typeof Cover>;
export const Hold = z.object({
  id: z.uuid(), number: z.string(), matter: z.string(), reason: z.string(), custodian: Person, state: z.enum(['active', 'released']), isWalled: z.boolean(), siteId: z.uuid().nullable(), keepsBackups: z.boolean(), placedBy: Person, placedAt: z.string(),
  releasedBy: Person.nullable(), releasedAt: z.string().nullable(), releaseReason: z.string().nullable(),
});
export type Hold = z.infer<typeof Hold>;
export const CoverShown = z.object({
  recordId: z.uuid().nullable(), personId: z.uuid().nullable(), siteId: z.uuid().nullable(), kind: z.string().nullable(), from: z.string().nullable(), till: z.string().nullable(), record: z.object({ number: z.string().nullable(), title: z.string(), kind: z.string() }).nullable(), person: z.string().nullable(), site: z.string().nullable(),
});
export const listHolds = endpoint({ method: 'GET', path: '/holds', summary: 'Legal holds that I see, the newest first', permission: 'retention:read', query: z.object({ state: z.enum(['active', 'released']).optional(), ...Page }), reply: z.object({ items: z.array(Hold), next: z.string().nullable() }) });
export const readHold = endpoint({ method: 'GET', path: '/holds/:id', summary: 'One legal hold with all that it covers', permission: 'retention:read', params: ById, reply: Hold.extend({ covers: z.array(CoverShown) }) });
export const placeHold = endpoint({
  method: 'POST', path: '/holds', summary: 'Place a legal hold: from this moment nothing that it covers is removed by anybody', permission: 'retention:hold', status: 201,
  body: z.object({
    matter: z.string().trim().min(3).max(200), reason: Reason, custodianId: z.uuid(), siteId: z.uuid().nullable().default(null), behindWallOf: z.uuid().nullable().default(null).describe('A walled record, whose members alone are to know of the hold'),
    keepsBackups: z.boolean().default(false), covers: z.array(Cover).min(1).max(200).describe('Each is one description, all of which must fit; one that says nothing covers everything'),
  }), reply: z.object({ id: z.uuid(), number: z.string() }),
});
export const releaseHold = endpoint({ method: 'POST', path: '/holds/:id/release', summary: 'Propose to release a hold; another person decides', permission: 'retention:hold', params: ById, status: 201, body: z.object({ reason: Reason }), reply: Proposed });
export const listMarks = endpoint({ method: 'GET', path: '/marks', summary: 'The holds on a record, as far as I see both', permission: 'retention:read', query: z.object({ recordId: z.uuid() }), reply: z.object({ items: z.array(z.object({ id: z.uuid(), number: z.string(), matter: z.string() })) }) });
