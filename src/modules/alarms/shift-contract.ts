import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

const ById = z.strictObject({ id: z.uuid() });
const Reason = z.string().trim().min(3, 'Say why, in a few words').max(1000);
const Words = z.string().trim().min(1, 'Write what happened').max(4000);
const Notes = z.string().trim().max(4000);
const Person = z.object({ id: z.uuid(), name: z.string() });
const Page = { after: z.string().max(300).optional(), limit: z.coerce.number().int().min(1).max(200).default(100) };

/** What is looked at before a desk is handed over. */
export const CHECKS = ['open-alarms', 'shelved', 'silent', 'keys-and-radios', 'people-on-site', 'announced'] as const;
export const Check = z.enum(CHECKS);
export type Check = z.infer<typeof Check>;

export const Shift = z.object({
  id: z.uuid(), number: z.string(), siteId: z.uuid().nullable().describe('What is watched: a site with all below it; null is the whole organisation'), site: z.string().nullable(),
  person: Person, desk: z.string(), reach: z.string().describe('How the person at the desk is reached'), beganAt: z.string(), endedAt: z.string().nullable(), ender: z.string().nullable(),
  endedHow: z.enum(['handed-over', 'to-nobody', 'by-supervisor']).nullable(), endedWhy: z.string().nullable(), version: z.number(),
});
export type Shift = z.infer<typeof Shift>;

const Stood = z.object({ id: z.uuid(), number: z.string(), title: z.string(), priority: z.number(), site: z.string().nullable(), since: z.string() });
export const Standing = z.object({
  held: z.array(Stood.extend({ handling: z.string() })).describe('Alarms that the person leaving holds'), heldElsewhere: z.number().describe('How many more they hold outside what this shift watches'),
  waiting: z.array(Stood).describe('Alarms that nobody holds'), shelved: z.array(Stood.extend({ until: z.string().nullable(), why: z.string().nullable() })), silent: z.array(Stood).describe('Sources and devices that are not heard, as far as an alarm stands for it'),
  onTest: z.array(z.object({ id: z.uuid(), name: z.string(), until: z.string(), why: z.string() })).optional().describe('Sites, devices and points whose signals do not ring; absent in what was handed over before there were any'),
  isCut: z.boolean().describe('There were more than are listed'),
});
export type Standing = z.infer<typeof Standing>;

export const HandOver = z.object({
  id: z.uuid(), shiftId: z.uuid(), state: z.enum(['proposed', 'accepted', 'refused', 'withdrawn', 'to-nobody']), from: Person, proposedAt: z.string(), notes: z.string(), checked: z.array(Check), frozen: Standing,
  decidedAt: z.string().nullable(), decider: z.string().nullable(), why: z.string().nullable(), nextShiftId: z.uuid().nullable(), moved: z.number().nullable(), returned: z.number().nullable(),
});
export type HandOver = z.infer<typeof HandOver>;

export const listShifts = endpoint({
  method: 'GET', path: '/shifts', summary: 'Shifts, the latest first', permission: 'alarms:read',
  query: z.strictObject({ state: z.enum(['open', 'ended', 'all']).default('all'), personId: z.uuid().optional(), ...Page }),
  reply: z.object({ items: z.array(Shift), next: z.string().nullable() }),
});
export const getShift = endpoint({ method: 'GET', path: '/shifts/:id', summary: 'One shift with its hand-overs', permission: 'alarms:read', params: ById, reply: Shift.extend({ handOvers: z.array(HandOver) }) });
export type ShiftDetail = z.infer<typeof getShift.reply>;

export const beginShift = endpoint({
  method: 'POST', path: '/shifts', summary: 'Go on duty for a site with all below it, or for the whole organisation', permission: 'alarms:handover',
  body: z.strictObject({ siteId: z.uuid().nullable().default(null), desk: z.string().trim().max(60).default(''), reach: z.string().trim().max(120).default('') }), reply: Shift,
});
export const endShift = endpoint({ method: 'POST', path: '/shifts/:id/end', summary: 'End the shift of somebody else; what they held goes back to the queue', permission: 'alarms:supervise', params: ById, body: z.strictObject({ reason: Reason }), reply: Shift });

export const LogLine = z.object({
  id: z.uuid(), at: z.string(), kind: z.enum(['written', 'done', 'escalated']), by: z.string(), byId: z.uuid().nullable(), words: z.string().nullable(), verb: z.string().nullable().describe('What was done to the alarm, as the ledger says it'),
  about: z.object({ id: z.uuid(), kind: z.string(), number: z.string().nullable(), title: z.string() }).nullable(),
  struck: z.object({ at: z.string(), by: z.string(), why: z.string() }).nullable(),
});
export type LogLine = z.infer<typeof LogLine>;
export const readLog = endpoint({
  method: 'GET', path: '/shifts/:id/log', summary: 'The log of a shift, the latest first: what was written, what its person did to alarms, and what was not taken in time', permission: 'alarms:read', params: ById,
  query: z.strictObject(Page), reply: z.object({ items: z.array(LogLine), next: z.string().nullable() }),
});
export const writeEntry = endpoint({
  method: 'POST', path: '/shifts/entries', summary: 'Write into the log of one’s own shift', permission: 'alarms:handover', body: z.strictObject({ words: Words, aboutId: z.uuid().nullable().default(null) }), reply: LogLine,
});
export const strikeEntry = endpoint({
  method: 'POST', path: '/shifts/:id/entries/:rowId/strike', summary: 'Strike an entry with a reason; it stays readable', permission: 'alarms:handover',
  params: z.strictObject({ id: z.uuid(), rowId: z.uuid() }), body: z.strictObject({ reason: Reason }), reply: LogLine,
});
export const printShift = endpoint({
  method: 'GET', path: '/shifts/:id/report.pdf', summary: 'The log and the hand-overs of a shift as PDF', permission: 'alarms:read', params: ById, query: z.strictObject({ paper: z.enum(['a4', 'us-letter']).default('a4') }), reply: null,
});

const Handed = { notes: Notes.default(''), checked: z.array(Check).max(CHECKS.length).default([]) };
export const readStanding = endpoint({ method: 'GET', path: '/shifts/:id/standing', summary: 'What stands open now and would be handed over', permission: 'alarms:read', params: ById, reply: Standing });
export const proposeHandOver = endpoint({ method: 'POST', path: '/shifts/:id/hand-over', summary: 'Hand one’s own shift over to the next who accepts', permission: 'alarms:handover', params: ById, body: z.strictObject(Handed), reply: HandOver });
export const handOverToNobody = endpoint({
  method: 'POST', path: '/shifts/:id/hand-over-to-nobody', summary: 'End one’s own shift though nobody comes after it; the supervisor is told', permission: 'alarms:handover', params: ById, body: z.strictObject({ ...Handed, reason: Reason }), reply: HandOver,
});
export const acceptHandOver = endpoint({
  method: 'POST', path: '/hand-overs/:id/accept', summary: 'Accept a hand-over: the alarms come along, and one’s own shift begins where none is open', permission: 'alarms:handover', params: ById,
  body: z.strictObject({ desk: z.string().trim().max(60).optional(), reach: z.string().trim().max(120).default('') }), reply: HandOver,
});
export const refuseHandOver = endpoint({ method: 'POST', path: '/hand-overs/:id/refuse', summary: 'Refuse a hand-over with a reason', permission: 'alarms:handover', params: ById, body: z.strictObject({ reason: Reason }), reply: HandOver });
export const withdrawHandOver = endpoint({ method: 'POST', path: '/hand-overs/:id/withdraw', summary: 'Take one’s own hand-over back before anybody decided on it', permission: 'alarms:handover', params: ById, reply: HandOver });

export const OnDuty = z.object({ shiftId: z.uuid(), personId: z.uuid(), name: z.string(), desk: z.string(), reach: z.string(), beganAt: z.string() });
export type OnDuty = z.infer<typeof OnDuty>;
export const onDutyFor = endpoint({ method: 'GET', path: '/:id/on-duty', summary: 'Who is on duty and may handle this alarm, and how they are reached', permission: 'alarms:read', params: ById, reply: z.object({ items: z.array(OnDuty) }) });

export const Routing = z.object({ isOn: z.boolean().describe('New alarms are offered to one of those on duty'), answerWithinS: z.number().describe('After so many seconds it is offered to the next') });
export type Routing = z.infer<typeof Routing>;
export const Offered = z.object({ alarmId: z.uuid(), personId: z.uuid(), name: z.string(), at: z.string(), open: z.number().describe('How many they held'), among: z.number().describe('The least of so many who may take it') });
export type Offered = z.infer<typeof Offered>;

export const Duty = z.object({
  mine: Shift.nullable(), last: z.object({ siteId: z.uuid().nullable(), desk: z.string(), reach: z.string() }).nullable().describe('As the reader’s last shift was'),
  onDuty: z.array(OnDuty.extend({ siteId: z.uuid().nullable(), site: z.string().nullable() })), handOvers: z.array(HandOver).describe('Those that wait to be accepted'), offers: z.array(Offered).describe('To whom alarms are offered that nobody holds'),
});
export type Duty = z.infer<typeof Duty>;
export const readDuty = endpoint({ method: 'GET', path: '/duty', summary: 'Who is on duty, one’s own shift, and which hand-overs wait', permission: 'alarms:read', reply: Duty });

export const Load = z.object({
  shiftId: z.uuid(), personId: z.uuid(), name: z.string(), beganAt: z.string(), lastTenMinutes: z.number().describe('Alarms acknowledged in the last ten minutes'), lastHour: z.number(), open: z.number().describe('Held now'), offered: z.number(),
  oldestAt: z.string().nullable().describe('Since when the oldest waits that they hold or that is offered to them, unanswered'), level: z.enum(['acceptable', 'manageable', 'over', 'flood']).describe('By ISA-18.2 and EEMUA 191, by analogy'),
});
export type Load = z.infer<typeof Load>;
export const readLoad = endpoint({ method: 'GET', path: '/load', summary: 'What each of those on duty answered and has in hand', permission: 'alarms:supervise', reply: z.object({ items: z.array(Load), routing: Routing }) });
export const setRouting = endpoint({
  method: 'PUT', path: '/routing', summary: 'Switch on or off that new alarms are offered to one of those on duty, and for how long', permission: 'alarms:supervise',
  body: z.strictObject({ isOn: z.boolean(), answerWithinS: z.number().int().min(10).max(600) }), reply: Routing,
});
