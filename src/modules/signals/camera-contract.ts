import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { CameraAddress, Credentials } from './contract.ts';

/** The largest block of addresses that is asked one by one. */
export const MOST_ADDRESSES = 1_024;

/** What answered; its words are its own and prove nothing. */
export const FoundCamera = z.object({
  address: z.string(), name: z.string(), maker: z.string(), model: z.string(), place: z.string(), remote: z.string().describe('Where its answer came from'),
  sourceId: z.uuid().nullable().describe('A source at this address that I may see'), refusal: z.string().nullable().describe('Why it may not be asked yet'),
});
export type FoundCamera = z.infer<typeof FoundCamera>;
/** What a search comes to, as the result of its job. */
export const CameraSearch = z.object({
  items: z.array(FoundCamera), range: z.string().nullable(),
  left: z.object({ unreadable: z.number(), elsewhere: z.number(), beyond: z.number() }).describe('Answers that could not be read, that named another address than their own, that were more than are taken'),
});
export type CameraSearch = z.infer<typeof CameraSearch>;
export const searchCameras = endpoint({
  method: 'POST', path: '/cameras/searches', summary: 'Look for cameras by WS-Discovery: in the networks of this machine, or at each address of a block that is allowed. A job; its result is what answered', permission: 'signals:sources', status: 201,
  body: z.strictObject({ range: z.string().trim().max(60).nullable().default(null).describe('Such as 10.20.3.0/24; null asks the networks of this machine') }), reply: z.object({ jobId: z.uuid() }),
});

export const CameraFacts = z.object({
  make: z.string(), model: z.string(), firmware: z.string(), serial: z.string(), driftMs: z.number().nullable().describe('How far its clock is ahead of ours'), hasEvents: z.boolean(), hasPicture: z.boolean(),
  streams: z.array(z.object({ name: z.string(), encoding: z.string(), width: z.number().nullable(), height: z.number().nullable(), part: z.string() })),
  parts: z.array(z.object({ name: z.string(), names: z.array(z.string()).describe('By which its events call it') })).describe('What it looks through: several for a recorder or a camera with several lenses'),
});
export type CameraFacts = z.infer<typeof CameraFacts>;
export const askCamera = endpoint({
  method: 'POST', path: '/cameras/ask', summary: 'Ask a camera what it is, before it is a source; nothing is kept', permission: 'signals:sources',
  body: z.strictObject({ account: CameraAddress, credentials: Credentials.nullable().default(null) }), reply: CameraFacts,
});

/** As the register takes it. */
const Code = z.string().trim().regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,47}$/, 'Letters, digits, and . _ / - within; at most 48');
const Name = z.string().trim().min(1, 'Give it a name').max(120);
export const adoptCamera = endpoint({
  method: 'POST', path: '/cameras', summary: 'Take a camera as a source, and its devices into the register, in one write. It is asked what it is first; a device of its own is registered by who may register devices', permission: 'signals:sources', status: 201,
  body: z.strictObject({
    account: CameraAddress, credentials: Credentials.nullable().default(null), name: Name, siteId: z.uuid().nullable().default(null),
    device: z.strictObject({ code: Code, parts: z.array(z.strictObject({ part: z.string().max(120), code: Code, name: Name })).max(64).default([]).describe('Parts that become cameras of their own behind it') }).nullable().default(null),
  }),
  reply: z.object({ sourceId: z.uuid(), name: z.string(), devices: z.array(z.object({ id: z.uuid(), code: z.string(), name: z.string() })) }),
});
