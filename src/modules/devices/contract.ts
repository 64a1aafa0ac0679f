import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { HEALTH_KEYS, HEALTH_STATES } from './health.ts';
import { CLIP_MODES, DEVICE_CODE, DEVICE_KINDS, POINT, REACHES } from './rules.ts';

const ById = z.strictObject({ id: z.uuid() });
const Code = z.string().trim().regex(DEVICE_CODE, 'Letters, digits, and . _ / - within; at most 48');
const Name = z.string().trim().min(1, 'Give it a name').max(120);
const Line = z.string().trim().max(200);
const Day = z.iso.date('Write the day as 2026-11-21').nullable();
const Every = z.number().int().min(60, 'At least a minute').max(2_678_400, 'At most 31 days').nullable();
const Reason = z.string().trim().min(3, 'Say why').max(400);
const Limit = z.coerce.number().int().min(1).max(200).default(50);

export const Point = z.strictObject({ sourceId: z.uuid(), point: z.string().trim().regex(POINT, 'As the signals name it, such as zone:7; empty for the whole source').default('') });
export type Point = z.infer<typeof Point>;

const Clips = z.enum(CLIP_MODES).describe('Moving pictures of the time of an alarm: none, 20 s from the alarm on, or 10 s before it too, for which they are held in memory all the time');
export type ClipMode = z.infer<typeof Clips>;

export const Device = z.object({
  id: z.uuid(), siteId: z.uuid().nullable().describe('None: of the organisation as a whole'), site: z.string().nullable(), timeZone: z.string().nullable(), code: z.string(), name: z.string(), kind: z.enum(DEVICE_KINDS),
  make: z.string(), model: z.string(), serial: z.string(), firmware: z.string(), address: z.string(), installer: z.string(), note: z.string(),
  installedOn: z.string().nullable(), warrantyUntil: z.string().nullable(), endOfLifeOn: z.string().nullable(), certificateUntil: z.string().nullable(),
  expectedEveryS: z.number().nullable().describe('It is down when nothing was heard of it for so many seconds'), behindId: z.uuid().nullable(), behind: z.string().nullable(), clip: Clips,
  state: z.enum(['active', 'retired']), reach: z.enum(REACHES), reachSince: z.string().nullable(), reachWhy: z.string(), heardAt: z.string().nullable(),
  createdAt: z.string(), changedAt: z.string(), version: z.number(),
});
export type Device = z.infer<typeof Device>;

export const listDevices = endpoint({
  method: 'GET', path: '/', summary: 'Devices that I may see, by name', permission: 'devices:read',
  query: z.strictObject({
    state: z.enum(['active', 'retired']).optional(), kind: z.enum(DEVICE_KINDS).optional(), reach: z.enum(REACHES).optional(), under: z.uuid().optional().describe('Only at this site and below it'),
    behind: z.uuid().optional().describe('Only what stands right behind this device'), q: z.string().trim().max(100).optional().describe('Words in code, name, make, model, serial number or address'),
    sort: z.enum(['name', 'code']).default('name'), after: z.string().max(2000).optional(), limit: Limit,
  }),
  reply: z.object({ items: z.array(Device), next: z.string().nullable(), total: z.number() }),
});

export const KnownBy = z.object({ sourceId: z.uuid(), source: z.string().nullable(), point: z.string(), since: z.string().nullable() });
export type KnownBy = z.infer<typeof KnownBy>;
export const HealthState = z.object({ key: z.enum(HEALTH_KEYS), state: z.enum(HEALTH_STATES), level: z.enum(['good', 'unknown', 'warn', 'bad']), since: z.string().nullable(), why: z.array(z.string()).describe('Types of signals, versions, days or milliseconds') });
/** What the device itself says, by its own protocol. */
export const DevicePlate = z.object({
  askedAt: z.string(), readAt: z.string().nullable().describe('When it was read last'), why: z.enum(['unreachable', 'not-allowed', 'credentials', 'unreadable', 'fault']).nullable().describe('Why it said nothing when it was asked last'),
  changedAt: z.string().nullable(), changes: z.array(z.object({ field: z.enum(['make', 'model', 'serial', 'firmware']), from: z.string(), to: z.string() })).describe('What it said otherwise, when it changed last'),
});
export const DeviceDetail = Device.extend({
  plate: DevicePlate.nullable().describe('None: it cannot be asked, or was not yet'),
  health: z.array(HealthState),
  points: z.array(KnownBy).describe('By which signals it is known now'), above: z.array(z.object({ id: z.uuid(), name: z.string(), reach: z.enum(REACHES) })).describe('What it stands behind, nearest first'), behindIt: z.number().describe('How many stand right behind it'),
});
export type DeviceDetail = z.infer<typeof DeviceDetail>;
export const readDevice = endpoint({ method: 'GET', path: '/:id', summary: 'One device', permission: 'devices:read', params: ById, reply: DeviceDetail });

export const readPicture = endpoint({
  method: 'GET', path: '/:id/picture', summary: 'The picture of now of a device that is a camera, fetched within 3 seconds and drawn anew', permission: 'devices:view-video', params: ById,
  reply: z.object({ takenAt: z.string(), webp: z.string().describe('WebP in base64, 960 pixels at its longest side') }),
});

export const watchLive = endpoint({
  method: 'GET', path: '/:id/live', summary: 'Moving pictures of a camera for at most 15 minutes, where ffmpeg is on the machine: multipart/x-mixed-replace of JPEG pictures drawn anew, each with X-Taken-At', permission: 'devices:view-video', params: ById, reply: null,
});

const facts = {
  make: Line, model: Line, serial: Line, firmware: Line, address: Line, installer: Line, note: z.string().trim().max(2000),
};
const days = { installedOn: Day, warrantyUntil: Day, endOfLifeOn: Day, certificateUntil: Day };
const Points = z.array(Point).max(64);

export const addDevice = endpoint({
  method: 'POST', path: '/', summary: 'Add a device', permission: 'devices:register', status: 201,
  body: z.strictObject({
    siteId: z.uuid().nullable(), code: Code, name: Name, kind: z.enum(DEVICE_KINDS),
    make: Line.default(''), model: Line.default(''), serial: Line.default(''), firmware: Line.default(''), address: Line.default(''), installer: Line.default(''), note: facts.note.default(''),
    installedOn: Day.default(null), warrantyUntil: Day.default(null), endOfLifeOn: Day.default(null), certificateUntil: Day.default(null),
    expectedEveryS: Every.default(null), behindId: z.uuid().nullable().default(null), clip: Clips.default('off'), points: Points.default([]),
  }),
  reply: DeviceDetail,
});

export const changeDevice = endpoint({
  method: 'PATCH', path: '/:id', summary: 'Change what is known of a device; If-Match guards against a change by another', permission: 'devices:register', params: ById,
  body: z.strictObject({ siteId: z.uuid().nullable(), code: Code, name: Name, kind: z.enum(DEVICE_KINDS), ...facts, ...days, expectedEveryS: Every, behindId: z.uuid().nullable(), clip: Clips, points: Points }).partial(),
  reply: DeviceDetail,
});
export const retireDevice = endpoint({ method: 'POST', path: '/:id/retire', summary: 'Take a device out of use; its points are free for another', permission: 'devices:register', params: ById, body: z.strictObject({ reason: Reason }), reply: DeviceDetail });
export const restoreDevice = endpoint({ method: 'POST', path: '/:id/restore', summary: 'Take a retired device into use again', permission: 'devices:register', params: ById, body: z.strictObject({ reason: Reason }), reply: DeviceDetail });

export const Model = z.object({ id: z.uuid(), make: z.string(), model: z.string(), wantedFirmware: z.string(), endOfLifeOn: z.string().nullable(), version: z.number() });
export type Model = z.infer<typeof Model>;
export const listModels = endpoint({ method: 'GET', path: '/models', summary: 'Models with the firmware that they should have', permission: 'devices:read', reply: z.object({ items: z.array(Model) }) });
export const setModel = endpoint({
  method: 'PUT', path: '/models', summary: 'Say which firmware a model should have, and until when its maker keeps it', permission: 'devices:register',
  body: z.strictObject({ make: Line.min(1, 'Give the make'), model: Line.min(1, 'Give the model'), wantedFirmware: Line, endOfLifeOn: Day.default(null) }), reply: Model,
});

export const Reckoning = z.object({ falseAlarmMinor: z.number().describe('What one false alarm costs, in the smallest unit of the currency'), currency: z.string(), basis: z.string(), version: z.number() });
export type Reckoning = z.infer<typeof Reckoning>;
export const readReckoning = endpoint({ method: 'GET', path: '/reckoning', summary: 'What a false alarm costs here', permission: 'devices:read', reply: z.object({ reckoning: Reckoning.nullable() }) });
export const setReckoning = endpoint({
  method: 'PUT', path: '/reckoning', summary: 'Say what a false alarm costs here', permission: 'devices:register',
  body: z.strictObject({ falseAlarmMinor: z.number().int().min(0).max(100_000_000), currency: z.string().regex(/^[A-Z]{3}$/, 'Three capitals of ISO 4217, such as EUR'), basis: z.string().trim().max(400) }), reply: Reckoning,
});

export const exportDevices = endpoint({ method: 'GET', path: '/export', summary: 'The devices in use that I may see as CSV, as import reads it', permission: 'devices:read', reply: null });
