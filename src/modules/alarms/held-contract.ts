import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { Alarm } from './contract.ts';

const ById = z.strictObject({ id: z.uuid() });
const Reason = z.string().trim().min(3, 'Say why, in a few words').max(1000);
const Moment = z.iso.datetime({ offset: true });
const Named = z.object({ id: z.uuid(), name: z.string() });
const page = { after: z.string().max(300).optional(), limit: z.coerce.number().int().min(1).max(200).default(100) };

export const TEST_STATES = ['planned', 'under-way', 'over'] as const;

export const OnTest = z.object({
  id: z.uuid(), mode: z.enum(['test', 'maintenance', 'suppressed']), type: z.string().nullable().describe('The type that does not ring, where one is suppressed'), scope: z.enum(['site', 'device', 'point']), name: z.string(), siteId: z.uuid().nullable(), site: z.string().nullable(),
  deviceId: z.uuid().nullable(), sourceId: z.uuid().nullable(), point: z.string().nullable(),
  beginsAt: z.string(), endsAt: z.string(), reason: z.string(), owner: Named, putBy: Named, putAt: z.string(),
  endedBy: Named.nullable(), endedAt: z.string().nullable(), endedWhy: z.string().nullable(),
  state: z.enum(TEST_STATES), holdsFrom: z.string().nullable().describe('It holds for signals that we heard from then on'), holdsUntil: z.string().nullable(),
  held: z.number().describe('Signals that did not ring'), rang: z.number().describe('Alarms that rang all the same: duress, hold-up, fire and medical'), heardPoints: z.number(), stillOpen: z.number().describe('Points whose last signal has not ended'), version: z.number(),
});
export type OnTest = z.infer<typeof OnTest>;

/** A point as its walk shows it; not heard, where the register knows it and it said nothing. */
export const WalkedPoint = z.object({
  sourceId: z.uuid(), sourceName: z.string(), point: z.string(), device: Named.nullable(), isExpected: z.boolean().describe('The register of devices knows it'),
  heard: z.number(), firstAt: z.string().nullable(), lastAt: z.string().nullable(), lastType: z.string().nullable(), isOpen: z.boolean(),
});
export type WalkedPoint = z.infer<typeof WalkedPoint>;
export const OnTestDetail = OnTest.extend({ points: z.array(WalkedPoint), expected: z.number(), expectedHeard: z.number(), mayEnd: z.boolean() });
export type OnTestDetail = z.infer<typeof OnTestDetail>;

export const listOnTest = endpoint({
  method: 'GET', path: '/on-test', summary: 'What is on test or in maintenance, is planned to be, or was', permission: 'alarms:read',
  query: z.strictObject({ state: z.enum(['current', 'over']).default('current').describe('Planned or under way; or what is over'), ...page }),
  reply: z.object({ items: z.array(OnTest), next: z.string().nullable() }),
});
export const getOnTest = endpoint({ method: 'GET', path: '/on-test/:id', summary: 'One test or maintenance, with which of its points were heard', permission: 'alarms:read', params: ById, reply: OnTestDetail });
export const putOnTest = endpoint({
  method: 'POST', path: '/on-test', summary: 'Put a site, a device or a point on test or in maintenance, from now or later, until an end', permission: 'alarms:site-on-test', status: 201,
  body: z.strictObject({
    mode: z.enum(['test', 'maintenance']),
    place: z.discriminatedUnion('scope', [
      z.strictObject({ scope: z.literal('site'), siteId: z.uuid() }), z.strictObject({ scope: z.literal('device'), deviceId: z.uuid() }), z.strictObject({ scope: z.literal('point'), sourceId: z.uuid(), point: z.string().max(200) }),
    ]),
    beginsAt: Moment.nullable().default(null).describe('Null: now'), endsAt: Moment, ownerId: z.uuid().nullable().default(null).describe('Who answers for it; null: who puts it on test'), reason: Reason,
  }),
  reply: OnTest,
});
export const extendTest = endpoint({ method: 'POST', path: '/on-test/:id/extend', summary: 'Give a test or maintenance another end', permission: 'alarms:site-on-test', params: ById, body: z.strictObject({ endsAt: Moment, reason: Reason }), reply: OnTest });
export const endTest = endpoint({ method: 'POST', path: '/on-test/:id/end', summary: 'End a test or maintenance, or call off one that is planned', permission: 'alarms:site-on-test', params: ById, body: z.strictObject({ reason: Reason }), reply: OnTest });

export const suppressType = endpoint({
  method: 'POST', path: '/rationales/suppress', summary: 'Let a type of alarm not ring at a site and below it until an end, by its approved entry in the register; never duress, hold-up, fire or medical', permission: 'alarms:site-on-test', status: 201,
  body: z.strictObject({ type: z.string().max(80), siteId: z.uuid(), endsAt: Moment, ownerId: z.uuid().nullable().default(null).describe('Who answers for it; null: who suppresses it'), reason: Reason }), reply: OnTest,
});

export const Runaway = z.object({
  id: z.uuid(), siteId: z.uuid().nullable(), site: z.string().nullable(), sourceId: z.uuid(), sourceName: z.string(), point: z.string().nullable(), rule: z.object({ id: z.uuid(), number: z.string(), name: z.string(), n: z.number() }),
  since: z.string(), lastAt: z.string(), held: z.number(), perMinute: z.number().describe('Signals held in the last whole minute in which any was'),
  releasedBy: Named.nullable(), releasedAt: z.string().nullable(), releasedWhy: z.string().nullable(), endedAt: z.string().nullable().describe('When it could ring again: after its release, or because its rule is another now'), version: z.number(),
});
export type Runaway = z.infer<typeof Runaway>;
export const listRunaways = endpoint({
  method: 'GET', path: '/runaways', summary: 'Devices that protection holds because they ring too often, or held', permission: 'alarms:read', query: z.strictObject({ state: z.enum(['held', 'released']).default('held'), ...page }), reply: z.object({ items: z.array(Runaway), next: z.string().nullable() }),
});
export const releaseRunaway = endpoint({ method: 'POST', path: '/runaways/:id/release', summary: 'Let a runaway device ring again', permission: 'alarms:supervise', params: ById, body: z.strictObject({ reason: Reason }), reply: Runaway });

export const HeldSignal = z.object({
  id: z.uuid(), at: z.string(), signalId: z.guid(), siteId: z.uuid().nullable(), site: z.string().nullable(), sourceId: z.uuid().nullable(), sourceName: z.string(), point: z.string().nullable(), type: z.string().nullable(),
  why: z.enum(['explained', 'repeat', 'runaway', 'test', 'maintenance', 'suppressed']), onTestId: z.uuid().nullable(), rule: z.object({ id: z.uuid(), number: z.string(), name: z.string(), n: z.number() }).nullable(),
});
export type HeldSignal = z.infer<typeof HeldSignal>;
export const listHeldSignals = endpoint({
  method: 'GET', path: '/held-signals', summary: 'Signals that did not ring, newest first: which rule, protection or test held each, and why', permission: 'alarms:read',
  query: z.strictObject({ why: z.enum(['explained', 'repeat', 'runaway', 'test', 'maintenance', 'suppressed']).optional(), onTestId: z.uuid().optional(), siteId: z.uuid().optional(), sourceId: z.uuid().optional(), ...page }), reply: z.object({ items: z.array(HeldSignal), next: z.string().nullable() }),
});

export const extendShelf = endpoint({ method: 'POST', path: '/:id/extend-shelf', summary: 'Give a shelved alarm another end', permission: 'alarms:supervise', params: ById, body: z.strictObject({ until: Moment, reason: Reason }), reply: Alarm });
