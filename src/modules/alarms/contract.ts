import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { SignalDetail } from '#modules/signals/contract.ts';

const ById = z.strictObject({ id: z.uuid() });
const Reason = z.string().trim().min(3, 'Say why, in a few words').max(1000);
const Text = z.string().trim().max(4000);

export const Alarm = z.object({
  id: z.uuid(), number: z.string(), siteId: z.uuid().nullable(), site: z.string().nullable(), conditionKey: z.string(), type: z.string(), title: z.string(), priority: z.number(),
  sourceId: z.uuid().nullable(), sourceName: z.string(), point: z.string().nullable(), area: z.string().nullable(),
  handling: z.enum(['unacknowledged', 'acknowledged', 'shelved', 'closed']), isActive: z.boolean(),
  raisedAt: z.string(), knownAt: z.string(), lastAt: z.string(), answerBy: z.string(), escalateAt: z.string().nullable(), returnedAt: z.string().nullable(),
  ownerId: z.uuid().nullable(), owner: z.string().nullable(), claimedAt: z.string().nullable(),
  acknowledgedBy: z.uuid().nullable(), acknowledger: z.string().nullable(), acknowledgedAt: z.string().nullable(),
  shelvedBy: z.uuid().nullable(), shelver: z.string().nullable(), shelvedUntil: z.string().nullable(), shelvedWhy: z.string().nullable(),
  closedBy: z.uuid().nullable(), closer: z.string().nullable(), closedAt: z.string().nullable(), closedWhilePresent: z.boolean(),
  disposition: z.string().nullable(), cause: z.string().nullable(), note: z.string().nullable(), handedTo: z.string().nullable(), duplicateOf: z.string().nullable(),
  repeats: z.number(), foldedInto: z.uuid().nullable().describe('The alarm of a device that is down, into which this one is folded; it does not ring'), foldedBehind: z.uuid().nullable().describe('That device'), folded: z.number().describe('How many are folded into this one'),
  incidentId: z.uuid().nullable(), incidentNumber: z.string().nullable(),
  ruleVersionId: z.uuid().nullable().describe('The version of a rule over several signals that raised it; null where one signal did'),
  onTestId: z.uuid().nullable().describe('It rang although its place was on test or in maintenance: what is vital always does'), isSimulated: z.boolean(), version: z.number(),
});
export type Alarm = z.infer<typeof Alarm>;

export const listAlarms = endpoint({
  method: 'GET', path: '/', summary: 'Alarms: the open ones by priority and age, or closed ones newest first', permission: 'alarms:read',
  query: z.strictObject({
    state: z.enum(['open', 'closed', 'all']).default('open'), handling: z.enum(['unacknowledged', 'acknowledged', 'shelved']).optional(), isFolded: z.literal('true').optional().describe('What is folded into the alarm of a device that is down'), siteId: z.uuid().optional(), sourceId: z.uuid().optional(), deviceId: z.uuid().optional().describe('What was raised at the places that this device had'), foldedInto: z.uuid().optional().describe('What is folded into this alarm'), signalId: z.guid().optional().describe('What this signal raised, repeated or ended'), priority: z.coerce.number().int().min(1).max(4).optional(),
    type: z.string().max(80).optional(), disposition: z.string().max(60).optional(), from: z.iso.datetime({ offset: true }).optional(), to: z.iso.datetime({ offset: true }).optional(), after: z.string().max(300).optional(), limit: z.coerce.number().int().min(1).max(200).default(100),
  }),
  reply: z.object({ items: z.array(Alarm), next: z.string().nullable(), total: z.number().optional() }),
});

export const AlarmDetail = Alarm.extend({
  signals: z.array(SignalDetail.extend({ effect: z.string() })),
  device: z.object({ id: z.uuid(), name: z.string(), reach: z.string() }).nullable().describe('Of which device it is, where one is known'),
  behind: z.object({ id: z.uuid(), name: z.string() }).nullable().describe('The device behind which it is folded'),
  rule: z.object({ id: z.uuid(), number: z.string(), n: z.number() }).nullable(),
  history: z.object({ days: z.number(), total: z.number(), counted: z.number(), countedFalse: z.number(), perDay: z.array(z.object({ day: z.string(), count: z.number(), countFalse: z.number() })), latest: z.array(z.object({ id: z.uuid(), number: z.string(), title: z.string(), raisedAt: z.string(), disposition: z.string().nullable(), cause: z.string().nullable() })) }),
});
export type AlarmDetail = z.infer<typeof AlarmDetail>;
export const getAlarm = endpoint({ method: 'GET', path: '/:id', summary: 'One alarm with its signals and the history of its device', permission: 'alarms:read', params: ById, reply: AlarmDetail });

export const AlarmCamera = z.object({ deviceId: z.uuid(), name: z.string(), reach: z.enum(['up', 'down', 'unknown']), by: z.enum(['own', 'zone', 'near', 'site']), distanceM: z.number().nullable().describe('On the plan') });
export type AlarmCamera = z.infer<typeof AlarmCamera>;
/** The picture of the time of an alarm; `why` where there is none. */
export const AlarmPicture = z.object({
  deviceId: z.uuid(), camera: z.string().nullable(), askedAt: z.string(), takenAt: z.string().nullable(), afterMs: z.number().nullable().describe('After it rang here'), fileId: z.uuid().nullable().describe('Its file on the alarm'),
  why: z.enum(['unreachable', 'not-allowed', 'credentials', 'unreadable', 'fault', 'busy', 'not-stored', 'paced', 'too-many', 'too-late']).nullable(), detail: z.string(),
});
export type AlarmPicture = z.infer<typeof AlarmPicture>;
/** The moving pictures of the time of an alarm; `why` where there are none. */
export const AlarmClip = z.object({
  deviceId: z.uuid(), camera: z.string().nullable(), fromAt: z.string().nullable(), untilAt: z.string().nullable().describe('To within the distance of two of its key frames'), fileId: z.uuid().nullable().describe('Among the files of the alarm: as the camera encoded it, as MP4, without sound'),
  why: z.enum(['unreachable', 'not-allowed', 'credentials', 'unreadable', 'fault', 'not-stored', 'no-ffmpeg', 'paced', 'too-many']).nullable(), detail: z.string(),
});
export type AlarmClip = z.infer<typeof AlarmClip>;
export const playClip = endpoint({ method: 'GET', path: '/:id/clip', summary: 'Plays the clip of an alarm once, as fast as it was: multipart/x-mixed-replace of JPEG pictures drawn anew, each with X-Taken-At', permission: 'alarms:read', params: ById, reply: null });
export const listCameras = endpoint({ method: 'GET', path: '/:id/cameras', summary: 'The cameras that may show an alarm: its own device, those beside it on the plan, those at its site; nothing is asked of them. With the picture and the clip of its time, where they were tried', permission: 'alarms:read', params: ById, reply: z.object({ items: z.array(AlarmCamera), kept: AlarmPicture.nullable(), clip: AlarmClip.nullable() }) });

export const claim = endpoint({ method: 'POST', path: '/:id/claim', summary: 'Take an alarm that nobody holds', permission: 'alarms:handle', params: ById, reply: Alarm });
export const takeOver = endpoint({ method: 'POST', path: '/:id/take-over', summary: 'Take an alarm from who holds it', permission: 'alarms:handle', params: ById, body: z.strictObject({ from: z.uuid().nullable().default(null) }), reply: Alarm });
export const release = endpoint({ method: 'POST', path: '/:id/release', summary: 'Give up an alarm', permission: 'alarms:handle', params: ById, reply: Alarm });
export const acknowledge = endpoint({ method: 'POST', path: '/:id/acknowledge', summary: 'Say that you saw it and are on it', permission: 'alarms:handle', params: ById, reply: Alarm });
export const actTogether = endpoint({
  method: 'POST', path: '/together', summary: 'Take or acknowledge several alarms at once, in one transaction; what could not be is told with why', permission: 'alarms:handle',
  body: z.strictObject({ verb: z.enum(['claim', 'acknowledge']), ids: z.array(z.uuid()).min(1).max(100) }),
  reply: z.object({ done: z.array(Alarm), left: z.array(z.object({ id: z.uuid(), reason: z.string() })) }),
});
export const returnToNormal = endpoint({ method: 'POST', path: '/:id/return-to-normal', summary: 'Say that the condition has ended', permission: 'alarms:handle', params: ById, body: z.strictObject({ reason: Reason }), reply: Alarm });
export const shelve = endpoint({ method: 'POST', path: '/:id/shelve', summary: 'Silence an alarm until a time', permission: 'alarms:supervise', params: ById, body: z.strictObject({ until: z.iso.datetime({ offset: true }), reason: Reason }), reply: Alarm });
export const unshelve = endpoint({ method: 'POST', path: '/:id/unshelve', summary: 'Bring a shelved alarm back', permission: 'alarms:supervise', params: ById, reply: Alarm });
export const close = endpoint({
  method: 'POST', path: '/:id/close', summary: 'Close an alarm with what it turned out to be', permission: 'alarms:close', params: ById,
  body: z.strictObject({ disposition: z.string().max(60), cause: z.string().max(60).nullable().default(null), note: Text.nullable().default(null), handedTo: Text.nullable().default(null), duplicateOf: z.string().max(60).nullable().default(null) }),
  reply: Alarm,
});

export const mute = endpoint({
  method: 'POST', path: '/mute', summary: 'Record that sound is muted at this desk, with length and reason', permission: 'alarms:mute',
  body: z.strictObject({ minutes: z.number().int().min(1).max(10), reason: Reason }), reply: z.object({ id: z.uuid(), until: z.string() }),
});

export const Summary = z.object({
  since: z.string(), open: z.array(z.object({ priority: z.number(), count: z.number(), unacknowledged: z.number() })),
  answered: z.number().describe('Alarms of the last eight hours that were answered or are overdue'), inTime: z.number(),
  onTest: z.number().describe('Sites, devices and points that are on test or in maintenance now'), runaways: z.number().describe('Devices that protection holds'),
  load: z.array(z.object({ personId: z.uuid(), name: z.string(), handled: z.number() })),
});
export type Summary = z.infer<typeof Summary>;
export const summarise = endpoint({ method: 'GET', path: '/summary', summary: 'What is open by priority, and how the last eight hours were answered', permission: 'alarms:read', reply: Summary });

export const deviceCosts = endpoint({
  method: 'GET', path: '/device-costs', summary: 'What a device raised in a year, how much of it was false and what that cost', permission: 'alarms:read', query: z.strictObject({ deviceId: z.uuid() }),
  reply: z.object({
    days: z.number(), raised: z.number().describe('Alarms, without those that were folded'), counted: z.number().describe('Closed with a finding'), countedFalse: z.number().describe('With a finding that counts as false'),
    causes: z.array(z.object({ cause: z.string(), title: z.string(), count: z.number() })),
    cost: z.object({ eachMinor: z.number(), totalMinor: z.number(), currency: z.string(), basis: z.string() }).nullable().describe('False ones times what one costs, as the organisation reckons it; null where nobody said what one costs'),
  }),
});
