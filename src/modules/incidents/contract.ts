import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { FromDevice } from '#platform/offline/contract.ts';

export const IncidentState = z.enum(['open', 'closed']);
export const LogKind = z.enum(['note', 'decision', 'action', 'contact', 'observation', 'order']);
export const PersonRole = z.enum(['victim', 'subject', 'witness', 'reporter']);
export const Injury = z.enum(['none', 'first aid', 'medical', 'hospital', 'death']);
export const ThingKind = z.enum(['vehicle', 'item', 'document', 'data-carrier', 'weapon', 'substance', 'drone', 'organisation', 'other']);
export const LossKind = z.enum(['property', 'stock', 'cash', 'data', 'damage', 'response', 'interruption', 'other']);
export const ClockDecision = z.enum(['met', 'not-due', 'handed-over']);
export const WallPart = z.enum(['wall-lead', 'wall-writer', 'wall-reader', 'wall-custodian']);

const Severity = z.int().min(1).max(5);
const Time = z.iso.datetime({ offset: true, error: 'Write a time with its zone, like 2026-11-21T04:12:00Z' });
const Title = z.string().trim().min(1, 'Say what happened, in a few words').max(200);
const Key = z.string().min(1).max(60);
const Line = z.string().trim().max(200);
const Text = z.string().trim().max(20_000);
const Reason = z.string().trim().min(3, 'Say why, in a few words').max(1_000);
const Minor = z.int().min(0).max(9_000_000_000_000_000);
const ById = z.object({ id: z.uuid() });
const ByRow = z.object({ id: z.uuid(), rowId: z.uuid() });

/** One value of the URL or several: `?state=open&state=closed`, `?state=open,closed`. */
const listOf = <const T extends z.ZodType>(item: T) =>
  z.preprocess((value) => (value === undefined ? undefined : (Array.isArray(value) ? value : [value]).flatMap((one) => String(one).split(','))), z.array(item).min(1).max(50).optional());

export const Money = z.object({ currency: z.string(), amountMinor: z.number(), recoveredMinor: z.number() });

export const IncidentRow = z.object({
  id: z.uuid(), number: z.string(), title: z.string(), type: z.string().nullable(), subtype: z.string().nullable(), severity: z.number(), state: IncidentState,
  siteId: z.uuid().nullable(), site: z.string().nullable(), timeZone: z.string().nullable(), place: z.string(), isWalled: z.boolean(),
  occurredFrom: z.string(), knownAt: z.string(), closedAt: z.string().nullable(), commanderId: z.uuid().nullable(), commander: z.string().nullable(), isSimulated: z.boolean().describe('Declared from a simulated alarm: nothing of it happened'), isMerged: z.boolean().describe('It points to another incident, which lives on'),
  losses: z.array(Money), noLoss: z.boolean().nullable(), version: z.number(), disputed: z.array(z.string()).describe('Fields of which several versions stand, until somebody decides'),
});
export type IncidentRow = z.infer<typeof IncidentRow>;

export const listIncidents = endpoint({
  method: 'GET', path: '/', summary: 'Incidents that I may see, the latest first', permission: 'incidents:read',
  query: z.object({
    state: listOf(IncidentState), severity: listOf(z.coerce.number().int().min(1).max(5)), type: listOf(Key), siteId: z.uuid().optional().describe('This site and all below it'),
    commanderId: z.uuid().optional(), from: Time.optional().describe('Happened at or after'), to: Time.optional().describe('Happened before'), q: z.string().trim().max(200).optional(),
    sort: z.enum(['-occurred', 'occurred']).default('-occurred'), after: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  reply: z.object({ items: z.array(IncidentRow), next: z.string().nullable(), total: z.number().optional().describe('Only where all fit on this page') }),
});

const From = { mergedFrom: z.string().nullable().describe('Number of the merged incident that this stands on; null where it is its own') };
const Struck = { struckAt: z.string().nullable(), struckBy: z.string().nullable(), struckReason: z.string().nullable() };
export const LogEntry = z.object({ id: z.uuid(), seq: z.number(), kind: LogKind, text: z.string(), at: z.string(), notedAt: z.string(), author: z.string(), ...Struck, corrects: z.uuid().nullable().describe('The entry that this one corrects'), writtenAt: z.string().nullable().describe('By the clock of the device, where it was written on one that was offline') });
export type LogEntry = z.infer<typeof LogEntry>;
export const PersonInvolved = z.object({ id: z.uuid(), role: PersonRole, personId: z.uuid().nullable(), name: z.string(), injury: Injury.nullable(), details: z.string(), addedBy: z.string(), addedAt: z.string(), ...Struck, ...From });
export const ThingInvolved = z.object({ id: z.uuid(), kind: ThingKind, description: z.string(), identifier: z.string(), role: z.string(), details: z.string(), addedBy: z.string(), addedAt: z.string(), ...Struck, ...From });
export const Loss = z.object({ id: z.uuid(), kind: LossKind, description: z.string(), amountMinor: z.number(), currency: z.string(), recoveredMinor: z.number(), isEstimate: z.boolean(), addedBy: z.string(), addedAt: z.string(), ...Struck, ...From });
export const LegalClock = z.object({
  key: z.string(), title: z.string(), appliesWhen: z.string(), startsAt: z.string().describe('Which moment starts it'), startedAt: z.string().nullable(), dueAt: z.string().nullable().describe('Null while it has not started, or where the law names no fixed time'),
  allowance: z.string(), confidence: z.string(), advice: z.string(), decision: ClockDecision.nullable(), note: z.string().nullable(),
});
export const Missing = z.object({ field: z.string(), label: z.string(), detail: z.string() });
export const Member = z.object({ personId: z.uuid(), name: z.string(), part: z.string(), partTitle: z.string(), since: z.string(), until: z.string().nullable() });

export const MergeEnd = z.object({ id: z.uuid(), number: z.string(), title: z.string(), by: z.string(), at: z.string(), reason: z.string(), logCount: z.number() });
export type MergeEnd = z.infer<typeof MergeEnd>;
export const Incident = IncidentRow.extend({
  occurredTo: z.string().nullable(), reportedBy: z.string(), narrative: z.string(), fields: z.record(z.string(), z.unknown()),
  declaredBy: z.string(), declaredAt: z.string(), closedBy: z.string().nullable(), closureReason: z.string().nullable(), closureSummary: z.string().nullable(), logCount: z.number(),
  people: z.array(PersonInvolved), things: z.array(ThingInvolved), lossLines: z.array(Loss), clocks: z.array(LegalClock), missing: z.array(Missing), members: z.array(Member),
  mergedInto: MergeEnd.nullable().describe('The incident that lives on; this one points to it'), merged: z.array(MergeEnd).describe('Incidents of the same event that point to this one; their people, things, losses, tasks and timeline are shown here too'),
  mine: z.array(z.string()).describe('What I may do with this incident'),
});
export type Incident = z.infer<typeof Incident>;
export const readIncident = endpoint({ method: 'GET', path: '/:id', summary: 'One incident; the reading of a walled one is recorded', permission: 'incidents:read', params: ById, reply: Incident });

/** What each verb answers: where the incident stands now. `rowId` is the line that was added. */
export const Standing = z.object({ id: z.uuid(), number: z.string(), state: IncidentState, severity: z.number(), version: z.number(), rowId: z.uuid().optional() });
export type Standing = z.infer<typeof Standing>;

const facts = {
  title: Title, place: Line, narrative: Text, reportedBy: Line, siteId: z.uuid().nullable(), occurredFrom: Time, occurredTo: Time.nullable(), knownAt: Time,
  commanderId: z.uuid().nullable(), fields: z.record(z.string().max(80), z.unknown()), noLoss: z.boolean().nullable(),
};
export const declareIncident = endpoint({
  method: 'POST', path: '/', summary: 'Declare an incident, by hand or from an alarm', permission: 'incidents:declare', status: 201,
  body: z.object({
    id: z.uuid().optional().describe('Made by the sender; the same again answers the same incident'), fromAlarmId: z.uuid().optional(),
    title: Title.optional().describe('Taken from the alarm where there is one'), type: Key.nullable().optional().describe('Suggested by the alarm where not said'), subtype: Key.nullable().default(null), severity: Severity.optional().describe('The default of its type where not said'),
    siteId: z.uuid().nullable().optional(), place: Line.default(''), narrative: Text.default(''), reportedBy: Line.default(''), occurredFrom: Time.optional(), occurredTo: Time.nullable().default(null), knownAt: Time.optional(),
    commanderId: z.uuid().nullable().optional(), fields: facts.fields.default({}), custodianId: z.uuid().optional().describe('Declares it behind a wall, kept by this person besides me'),
  }),
  reply: Standing,
});
export const changeFacts = endpoint({ method: 'PATCH', path: '/:id', summary: 'Change the facts; If-Match refuses what was read before another change', permission: 'incidents:write', params: ById, body: z.object(facts).partial(), reply: Standing });
const EditedFact = { title: Title, place: Line, narrative: Text, reportedBy: Line };
export const noteFacts = endpoint({
  method: 'POST', path: '/:id/facts', summary: 'Change facts as they were written on a device, also late: field by field, and nothing of another is lost', permission: 'incidents:write', params: ById, late: 'ask',
  body: z.object({ editId: z.uuid(), device: FromDevice, ...z.object(EditedFact).partial().shape }), reply: Standing.extend({ disputed: z.array(z.string()), outlived: z.array(z.string()).describe('Fields of which a later version stands; this one is kept beside it') }),
});
export const FactVersion = z.object({ editId: z.uuid(), value: z.string(), by: z.string(), at: z.string(), writtenAt: z.string().nullable(), notedAt: z.string(), device: z.string().nullable(), isStanding: z.boolean() });
export type FactVersion = z.infer<typeof FactVersion>;
export const listConflicts = endpoint({
  method: 'GET', path: '/:id/conflicts', summary: 'Fields of which several versions stand, with each of them', permission: 'incidents:read', params: ById,
  reply: z.object({ items: z.array(z.object({ field: z.string(), versions: z.array(FactVersion) })) }),
});
export const settleConflict = endpoint({
  method: 'POST', path: '/:id/conflicts/settle', summary: 'Decide which of several versions stands, or write one of them all', permission: 'incidents:write', params: ById,
  body: z.object({ field: Key, seen: z.array(z.uuid()).min(1).max(50).describe('The versions that were looked at'), value: Text, reason: Line.default('') }), reply: Standing,
});
export const classifyIncident = endpoint({
  method: 'POST', path: '/:id/classify', summary: 'Say which type it is', permission: 'incidents:write', params: ById,
  body: z.object({ type: Key, subtype: Key.nullable().default(null), reason: Line.default('') }), reply: Standing,
});
export const changeSeverity = endpoint({ method: 'POST', path: '/:id/severity', summary: 'Raise or lower the severity, with the reason', permission: 'incidents:write', params: ById, body: z.object({ severity: Severity, reason: Reason }), reply: Standing });

export const listLog = endpoint({
  method: 'GET', path: '/:id/log', summary: 'The command log, the latest entry first', permission: 'incidents:read', params: ById,
  query: z.object({ after: z.coerce.number().int().min(1).optional(), limit: z.coerce.number().int().min(1).max(200).default(100) }),
  reply: z.object({ items: z.array(LogEntry), next: z.string().nullable() }),
});
export const addLogEntry = endpoint({
  method: 'POST', path: '/:id/log', summary: 'Write into the command log, also when late', permission: 'incidents:write', params: ById, status: 201, late: 'append',
  body: z.object({ entryId: z.uuid().optional(), kind: LogKind.default('note'), text: z.string().trim().min(1, 'Write what happened').max(4_000), at: Time.optional().describe('When it happened; now where not said'), corrects: z.uuid().optional().describe('The entry of this log that it corrects; that one stays'), device: FromDevice.optional() }), reply: Standing,
});
export const strikeLogEntry = endpoint({ method: 'POST', path: '/:id/log/:rowId/strike', summary: 'Strike a log entry; its text stays and shows struck', permission: 'incidents:write', params: ByRow, body: z.object({ reason: Reason }), reply: Standing });

export const addPerson = endpoint({
  method: 'POST', path: '/:id/people', summary: 'Name a person involved', permission: 'incidents:write', params: ById, status: 201,
  body: z.object({ role: PersonRole, personId: z.uuid().nullable().default(null), name: Line.default(''), injury: Injury.nullable().default(null), details: z.string().trim().max(4_000).default('') }), reply: Standing,
});
export const strikePerson = endpoint({ method: 'POST', path: '/:id/people/:rowId/strike', summary: 'Strike a person involved', permission: 'incidents:write', params: ByRow, body: z.object({ reason: Reason }), reply: Standing });
export const addThing = endpoint({
  method: 'POST', path: '/:id/things', summary: 'Name a vehicle, thing or organisation involved', permission: 'incidents:write', params: ById, status: 201,
  body: z.object({ kind: ThingKind, description: Line.min(1, 'Say what it is'), identifier: Line.default(''), role: Line.default(''), details: z.string().trim().max(4_000).default('') }), reply: Standing,
});
export const strikeThing = endpoint({ method: 'POST', path: '/:id/things/:rowId/strike', summary: 'Strike a thing involved', permission: 'incidents:write', params: ByRow, body: z.object({ reason: Reason }), reply: Standing });
export const addLoss = endpoint({
  method: 'POST', path: '/:id/losses', summary: 'Enter a loss or a cost', permission: 'incidents:write', params: ById, status: 201,
  body: z.object({ kind: LossKind, description: Line.min(1, 'Say what was lost or spent'), amountMinor: Minor, currency: z.string().regex(/^[A-Z]{3}$/, 'A currency of three letters, like EUR'), recoveredMinor: Minor.default(0), isEstimate: z.boolean().default(false) }), reply: Standing,
});
export const strikeLoss = endpoint({ method: 'POST', path: '/:id/losses/:rowId/strike', summary: 'Strike a loss', permission: 'incidents:write', params: ByRow, body: z.object({ reason: Reason }), reply: Standing });

export const closeIncident = endpoint({ method: 'POST', path: '/:id/close', summary: 'Close it; 422 names what is missing', permission: 'incidents:close', params: ById, body: z.object({ reason: Key, summary: z.string().trim().min(3, 'Say how it ended').max(4_000) }), reply: Standing });
export const reopenIncident = endpoint({ method: 'POST', path: '/:id/reopen', summary: 'Open a closed incident again', permission: 'incidents:close', params: ById, body: z.object({ reason: Reason }), reply: Standing });

export const wallIncident = endpoint({ method: 'POST', path: '/:id/wall', summary: 'Put it behind a wall that I lead and another person keeps', permission: 'incidents:wall', params: ById, body: z.object({ custodianId: z.uuid(), reason: Reason }), reply: Standing });
export const listMembers = endpoint({ method: 'GET', path: '/:id/members', summary: 'Who stands behind its wall', permission: 'incidents:read', params: ById, reply: z.object({ items: z.array(Member) }) });
export const admitMember = endpoint({ method: 'POST', path: '/:id/members', summary: 'Let a person behind the wall, or change their part', permission: 'incidents:wall', params: ById, body: z.object({ personId: z.uuid(), part: WallPart, until: Time.optional(), reason: Reason }), reply: Standing });
export const removeMember = endpoint({ method: 'POST', path: '/:id/members/remove', summary: 'End a membership of the wall', permission: 'incidents:wall', params: ById, body: z.object({ personId: z.uuid(), reason: Reason }), reply: Standing });

export const endCustodian = endpoint({
  method: 'POST', path: '/:id/custodian/end', summary: 'End the last custodian of its wall and name the next; another member decides it too', permission: 'incidents:wall', params: ById,
  body: z.object({ personId: z.uuid(), successorId: z.uuid(), reason: Reason }), reply: z.object({ decisionId: z.uuid(), state: z.enum(['waiting', 'alone']) }),
});

export const ThreadStep = z.object({
  id: z.string(), kind: z.string().describe('`signals.signal`, `alarms.alarm`, `incidents.incident`, the kind of another record, or `report`'), number: z.string().nullable(), title: z.string(), at: z.string().nullable(),
  priority: z.number().optional(), raw: z.string().optional(), hex: z.string().optional(), isHere: z.boolean(),
});
export type ThreadStep = z.infer<typeof ThreadStep>;
export const readThread = endpoint({ method: 'GET', path: '/:id/thread', summary: 'What it came from and what came of it', permission: 'incidents:read', params: ById, reply: z.object({ items: z.array(ThreadStep) }) });
export const TimelineItem = z.object({ id: z.uuid(), kind: z.enum(['step', 'log']), verb: z.string(), at: z.string(), notedAt: z.string(), person: z.string(), text: z.string(), was: z.string().nullable(), became: z.string().nullable(), isStruck: z.boolean(), ...From });
export type TimelineItem = z.infer<typeof TimelineItem>;
export const readTimeline = endpoint({ method: 'GET', path: '/:id/timeline', summary: 'Its log and its changes in one order of time', permission: 'incidents:read', params: ById, reply: z.object({ items: z.array(TimelineItem) }) });

export const printReport = endpoint({
  method: 'GET', path: '/:id/report.pdf', summary: 'The report as PDF; a walled one asks for the purpose', permission: 'incidents:read', params: ById,
  query: z.object({ purpose: z.string().trim().min(3).max(200).optional(), paper: z.enum(['a4', 'us-letter']).default('a4') }), reply: null,
});

export const Choice = z.object({ key: z.string(), title: z.string() });
export const AskedField = z.object({
  key: z.string(), label: z.string(), kind: z.enum(['text', 'narrative', 'datetime', 'site', 'place', 'choice', 'number', 'money', 'country', 'persons', 'vehicles', 'things', 'losses', 'clock']), required: z.boolean(),
  may: z.array(z.enum(['none', 'unknown'])).optional().describe('What may be said instead'), options: z.array(Choice).optional(), hint: z.string().optional(), walled: z.boolean().optional(), fromSeverity: z.number().optional(),
});
export type AskedField = z.infer<typeof AskedField>;
export const readClassification = endpoint({
  method: 'GET', path: '/classification', summary: 'The types, severities, fields, clocks and closure reasons that ship', permission: 'incidents:read',
  reply: z.object({
    families: z.array(Choice), closureReasons: z.array(Choice), suggestedFor: z.record(z.string(), z.string()).describe('Types to offer first, by event type of the alarm'),
    severities: z.array(z.object({ severity: z.number(), name: z.string(), definition: z.string(), notify: z.string() })),
    types: z.array(z.object({ key: z.string(), family: z.string(), title: z.string(), defaultSeverity: z.number(), subtypes: z.array(z.string()), fieldSets: z.array(z.string()), legalClocks: z.array(z.string()) })),
    fieldSets: z.array(z.object({ key: z.string(), title: z.string(), fields: z.array(AskedField) })),
  }),
});
export type Classification = z.infer<typeof readClassification.reply>;
