import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

const Time = z.iso.datetime({ offset: true, error: 'Write a time with its zone, like 2026-11-21T04:12:00Z' });
const Reason = z.string().trim().min(3, 'Say why, in a few words').max(300);
const ById = z.object({ id: z.uuid() });
const Label = z.string().trim().min(1, 'Give it a name').max(200);
const Token = z.uuid().describe('Random (version 4): 122 bits');
const SkewMs = z.int().min(-3_000_000_000_000).max(3_000_000_000_000);

/** After so many days without contact a device opens what it keeps no more, until its person signs in on it. */
export const KEPT_DAYS = 7;

/** What a command that was written on a device says of where and when; `base` is the version of the record that the device had read. */
export const FromDevice = z.strictObject({
  deviceId: z.uuid(), seq: z.int().min(1).describe('Its place among what this device wrote'), writtenAt: Time.describe('By the clock of the device'),
  skewMs: SkewMs.describe('How far that clock was ahead of the server’s, when they last met'), baseVersion: z.int().min(0),
});
export type FromDevice = z.infer<typeof FromDevice>;

export const Device = z.object({
  id: z.uuid(), personId: z.uuid(), person: z.string(), label: z.string(), madeAt: z.string(), seenAt: z.string(), skewMs: z.number(), unsent: z.number().describe('Written there and not sent, as it said when it was last heard of'),
  sessions: z.number().describe('Open sessions that it used'), state: z.enum(['in use', 'silent', 'to be wiped', 'wiped', 'left']).describe('Silent: longer than the days after which it opens what it keeps no more'),
  wipeAt: z.string().nullable(), wipeBy: z.string().nullable(), wipeReason: z.string().nullable(), wipedAt: z.string().nullable(),
  records: z.array(z.object({ id: z.uuid(), kind: z.string(), number: z.string().nullable(), title: z.string() })).describe('What it took along, as far as the reader may see it'),
});
export type Device = z.infer<typeof Device>;

export const listDevices = endpoint({ method: 'GET', path: '/devices', summary: 'Devices on which I keep records to work with offline', permission: 'signed-in', reply: z.object({ items: z.array(Device), keptDays: z.number() }) });
export const listPeoplesDevices = endpoint({
  method: 'GET', path: '/peoples-devices', summary: 'Devices of people within my reach that keep records to work with offline', permission: 'identity:sessions',
  query: z.object({ q: z.string().trim().max(100).optional().describe('Words in the name'), after: z.uuid().optional(), limit: z.coerce.number().int().min(1).max(200).default(100) }), reply: z.object({ items: z.array(Device), next: z.uuid().nullable() }),
});
export const addDevice = endpoint({
  method: 'POST', path: '/devices', summary: 'Keep records on this device', permission: 'signed-in', status: 201,
  body: z.object({ id: z.uuid(), label: Label, token: Token.describe('Random (version 4): by it the device asks later whether it must delete what it keeps') }), reply: z.object({ id: z.uuid() }),
});
export const contactServer = endpoint({
  method: 'PUT', path: '/devices/:id/contact', summary: 'A device says that it is there, and gets the server’s half of the key of its store', permission: 'signed-in', params: ById,
  body: z.object({ deviceTime: Time, unsent: z.int().min(0).max(1_000_000) }),
  reply: z.object({ half: z.string().describe('32 bytes in base64'), serverTime: z.string(), until: z.string().describe('When the store closes without another contact'), records: z.array(z.object({ id: z.uuid(), kind: z.string() })).describe('What it may keep; it deletes the rest') }),
});
export const takeAlong = endpoint({ method: 'POST', path: '/devices/:id/records', summary: 'Take a record along on this device; never one behind a wall', permission: 'signed-in', params: ById, body: z.object({ recordId: z.uuid() }), reply: z.object({ id: z.uuid() }) });
export const leaveBehind = endpoint({ method: 'POST', path: '/devices/:id/records/drop', summary: 'Keep a record on this device no more', permission: 'signed-in', params: ById, body: z.object({ recordId: z.uuid() }), reply: z.object({ id: z.uuid() }) });
export const leaveDevice = endpoint({ method: 'DELETE', path: '/devices/:id', summary: 'This device has deleted what it kept', permission: 'signed-in', params: ById, reply: z.object({ id: z.uuid() }) });
export const wipeDevice = endpoint({ method: 'POST', path: '/devices/:id/wipe', summary: 'Order a device of mine to delete what it keeps: its key is destroyed, its sessions end', permission: 'signed-in', params: ById, body: z.object({ reason: Reason }), reply: z.object({ id: z.uuid() }) });
export const wipePeoplesDevice = endpoint({ method: 'POST', path: '/peoples-devices/wipe', summary: 'Order the device of a person within my reach to delete what it keeps', permission: 'identity:sessions', body: z.object({ deviceId: z.uuid(), reason: Reason }), reply: z.object({ id: z.uuid() }) });
export const hearOrder = endpoint({
  method: 'POST', path: '/order', summary: 'What a device is to do with what it keeps, asked by its token alone', permission: 'public',
  body: z.object({ device: Token, done: z.boolean().default(false).describe('It did so') }), reply: z.object({ order: z.enum(['keep', 'wipe', 'unknown']) }),
});
