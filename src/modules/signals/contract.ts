import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { keyBits, readCameraAddress } from './rules.ts';

const ById = z.strictObject({ id: z.uuid() });
const Limit = z.coerce.number().int().min(1).max(200).default(50);

const Name = z.string().trim().min(1, 'Give it a name').max(120);
const PanelAccount = z.string().regex(/^[0-9A-Za-z]{1,16}$/, 'An account has 1 to 16 letters or digits').transform((account) => account.toUpperCase());
/** The host that a message names, or the address that it came from where it names none. */
const SyslogAccount = z.string().regex(/^[!-~]{1,255}$/, 'A host or address has 1 to 255 signs and no space').transform((account) => account.toLowerCase());
/** What a panel encrypts with. It goes in and never comes out. */
export const PanelKey = z.string().max(200).refine((text) => keyBits(text) !== null, 'A key has 32, 48 or 64 hexadecimal digits, or is a text of 16, 24 or 32 characters');
const Placed = { name: Name, siteId: z.uuid().nullable().default(null), isSimulated: z.boolean().optional().describe('What it sends did not happen: shown so, counted in no figure, and never changed') };
/** Seconds; silence longer than this and a tolerance (half of it, 30 s at most) is an alarm. */
const Supervision = z.int().min(20, 'At least 20 seconds').max(604_800, 'At most seven days').nullable().optional().describe('How often it must be heard, link tests too, in seconds; null: it is not watched');
const PanelSource = z.strictObject({ protocol: z.literal('dc09'), account: PanelAccount, ...Placed, superviseS: Supervision, key: PanelKey.nullable().optional().describe('AES key: with one, only what it opens is taken') });
const SyslogSource = z.strictObject({ protocol: z.literal('syslog'), account: SyslogAccount, ...Placed, superviseS: Supervision });
/** The topics of a broker that are one source, with `+` and `#` where MQTT allows them. */
const MqttAccount = z.string().max(255).regex(/^(?!\$share\/)(?:(?:\+|[^+#/\p{Cc}]*)\/)*(?:\+|#|[^+#/\p{Cc}]+)$/u, 'A filter of topics: names with / between them, + for one level, # for all that follow');
const MqttSource = z.strictObject({ protocol: z.literal('mqtt'), account: MqttAccount, ...Placed, superviseS: Supervision });
/** What stands before the @: whoever knows it can send, so it is made by the server where it is left out. */
const MailAccount = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{19,63}$/, 'An address of your own has 20 to 64 letters, digits, dots and hyphens before the @').transform((account) => account.toLowerCase());
const MailSource = z.strictObject({ protocol: z.literal('mail'), account: MailAccount.optional(), ...Placed, superviseS: Supervision });
/** `header`: Authorization, or X-Api-Key. `address`: also in the query `token`, for senders that know no header. */
const KeyIn = z.enum(['header', 'address']);
const HttpSource = z.strictObject({
  protocol: z.literal('http'), account: z.string().trim().regex(/^[\w.:@-]{1,60}$/, 'An account has letters, digits and . : @ - _').optional(), ...Placed, superviseS: Supervision, keyIn: KeyIn.default('header'),
  key: z.string().regex(/^[\w-]{24,200}$/, 'A key of your own has 24 to 200 letters, digits, - or _').optional(),
});
/** Where a camera is asked: its address, alone or with a path. */
export const CameraAddress = z.string().max(255).refine((text) => readCameraAddress(text) !== null, 'An address like 10.1.2.3 or http://10.1.2.3:8080, without a name and password in it').transform((text) => readCameraAddress(text) ?? text);
/** What a camera is signed in to with. It goes in and never comes out. */
export const Credentials = z.strictObject({ user: z.string().trim().min(1, 'Give the name').max(120), password: z.string().min(1, 'Give the password').max(200) });
export type Credentials = z.infer<typeof Credentials>;
const CameraSource = z.strictObject({ protocol: z.literal('onvif'), account: CameraAddress, ...Placed, superviseS: Supervision, credentials: Credentials.nullable().optional() });
export const NewSource = z.discriminatedUnion('protocol', [PanelSource, SyslogSource, MqttSource, MailSource, HttpSource, CameraSource]);
export type NewSource = z.infer<typeof NewSource>;

/** How a head-end signs the body of what it sends. */
export const Signature = z.strictObject({
  form: z.enum(['body', 'verkada', 'standard-webhooks']).describe('What is signed: the body alone, or as Verkada or Standard Webhooks say'),
  header: z.string().trim().toLowerCase().regex(/^[a-z0-9-]{1,60}$/, 'The name of a header has letters, digits and hyphens'),
  algorithm: z.enum(['sha256', 'sha1', 'sha512']), encoding: z.enum(['hex', 'base64']),
  prefix: z.string().max(20).describe('What stands before the signature, such as sha256='),
  toleranceS: z.int().min(10, 'At least 10 seconds').max(86_400, 'At most a day').nullable().describe('How old it may be, where the form says when it was signed; null: as old as it likes'),
});
export type Signature = z.infer<typeof Signature>;

export const Source = z.object({
  id: z.uuid(), ref: z.number(), protocol: z.string(), account: z.string(), name: z.string(), siteId: z.uuid().nullable(),
  state: z.enum(['active', 'retired']), createdAt: z.string(), version: z.number(), heardAt: z.string().nullable(), heardFrom: z.string().nullable(),
  missing: z.number().describe('Messages that did not come, by the numbers that the source gives them'), missingAt: z.string().nullable(),
  keyBits: z.number().nullable().describe('128, 192 or 256 where its messages are encrypted'), keyAt: z.string().nullable(),
  superviseS: z.number().nullable().describe('How often it must be heard, in seconds'), supervisedAt: z.string().nullable(), silentSince: z.string().nullable().describe('When it was last heard, where its silence is an alarm'),
  refusedAt: z.string().nullable(), refusedFrom: z.string().nullable(), refusedWhy: z.string().nullable().describe('Why its last refused message was refused'),
  hasKey: z.boolean(), keyIn: KeyIn, signature: Signature.nullable().describe('How what it sends must be signed; null: it need not be'), mappingId: z.uuid().nullable(), isSimulated: z.boolean(),
});
export type Source = z.infer<typeof Source>;

/** A source as it was made; the key is told once and kept by nobody. */
export const MadeSource = Source.extend({ secret: z.string().nullable(), address: z.string().nullable() });
export type MadeSource = z.infer<typeof MadeSource>;

export const addSources = endpoint({
  method: 'POST', path: '/sources', summary: 'Add a source of signals, or several at once', permission: 'signals:sources', status: 201,
  body: z.union([NewSource, z.array(NewSource).min(1).max(10_000)]),
  reply: z.union([MadeSource, z.object({ items: z.array(MadeSource) })]),
});
export const listSources = endpoint({
  method: 'GET', path: '/sources', summary: 'Sources of signals with when each was last heard', permission: 'signals:read',
  query: z.strictObject({ q: z.string().max(80).optional(), siteId: z.uuid().optional(), account: z.string().max(255).optional(), after: z.string().max(300).optional(), limit: Limit }),
  reply: z.object({ items: z.array(Source), next: z.string().nullable() }),
});
export const changeSource = endpoint({
  method: 'PATCH', path: '/sources/:id', summary: 'Rename a source, move it, give it another key or watch that it is heard', permission: 'signals:sources', params: ById,
  body: z.strictObject({ name: Name.optional(), siteId: z.uuid().nullable().optional(), key: PanelKey.nullable().optional().describe('null takes the key away'), superviseS: Supervision, keyIn: KeyIn.optional(), credentials: Credentials.nullable().optional().describe('Of a camera; null takes them away') }), reply: Source,
});
export const retireSource = endpoint({
  method: 'POST', path: '/sources/:id/retire', summary: 'Stop taking signals of a source', permission: 'signals:sources', params: ById,
  body: z.strictObject({ reason: z.string().trim().min(3, 'Say why').max(400) }), reply: Source,
});

export const renewKey = endpoint({
  method: 'POST', path: '/sources/:id/key', summary: 'Make a new key of an HTTP source; the one before ends at once', permission: 'signals:sources', params: ById, status: 201,
  body: z.strictObject({ reason: z.string().trim().min(3, 'Say why').max(400) }), reply: MadeSource,
});

export const setSignature = endpoint({
  method: 'PUT', path: '/sources/:id/signature', summary: 'Take of an HTTP source only what is signed so; null: its key is enough', permission: 'signals:sources', params: ById,
  body: z.strictObject({ signature: Signature.nullable(), secret: z.string().min(8, 'A secret has 8 characters at least').max(400).optional().describe('Kept as it is where it is left out; it never comes out') }), reply: Source,
});

const Scalar = z.union([z.string().max(120), z.number()]);
export const NewSignal = z.strictObject({
  externalId: z.string().trim().min(1).max(200).optional(),
  occurredAt: z.iso.datetime({ offset: true }),
  device: z.string().max(120).optional(),
  type: z.string().trim().min(1).max(120),
  zone: z.string().max(120).optional(),
  severity: Scalar.optional(),
  message: z.string().max(2000).optional(),
  data: z.record(z.string().max(200), z.unknown()).optional(),
});
export type NewSignal = z.infer<typeof NewSignal>;
export const sendSignals = endpoint({
  method: 'POST', path: '/', summary: 'Send signals of a source, one or up to 10,000, with the key of that source; answered once they are durable', permission: 'signals:send', status: 202, mostBytes: 4 * 1024 * 1024,
  body: z.union([NewSignal, z.array(NewSignal).min(1)]),
  reply: z.object({ accepted: z.number(), duplicates: z.number().describe('How many of them were stored already'), ids: z.array(z.guid()).describe('In the order in which they were sent') }),
});

export const Meaning = z.object({
  code: z.string(), qualifier: z.string().nullable(), number: z.string().nullable(), area: z.string().nullable(), user: z.string().nullable(), text: z.string().nullable(),
  type: z.string(), title: z.string(), effect: z.string(), point: z.string().nullable(), priority: z.number().nullable(), isUnderstood: z.boolean(), isUnverified: z.boolean(),
});
export type Meaning = z.infer<typeof Meaning>;

export const Signal = z.object({
  id: z.guid(), source: z.uuid(), sourceName: z.string(), account: z.string(), siteId: z.uuid().nullable(), externalId: z.string().nullable(), sequence: z.number(),
  occurredAt: z.string(), receivedAt: z.string(), isLate: z.boolean(), hasTime: z.boolean(), code: z.string().nullable(), type: z.string().nullable(), title: z.string(), repeats: z.number(), isSimulated: z.boolean(),
  raw: z.string().describe('The frame as it came: printable bytes as they are, others as \\xHH'),
});
export type Signal = z.infer<typeof Signal>;
export const listSignals = endpoint({
  method: 'GET', path: '/', summary: 'Signals as they came, newest first', permission: 'signals:read',
  query: z.strictObject({
    source: z.uuid().optional(), account: z.string().max(255).optional(), siteId: z.uuid().optional(), externalId: z.string().max(200).optional(),
    from: z.iso.datetime({ offset: true }).optional(), to: z.iso.datetime({ offset: true }).optional(), after: z.string().max(200).optional(), limit: Limit,
  }),
  reply: z.object({ items: z.array(Signal), next: z.string().nullable() }),
});
export const SignalDetail = Signal.extend({ hex: z.string(), token: z.string(), events: z.array(Meaning), facts: z.array(z.object({ name: z.string(), value: z.string() })), problem: z.string().nullable() });
export type SignalDetail = z.infer<typeof SignalDetail>;
export const getSignal = endpoint({ method: 'GET', path: '/:id', summary: 'One signal: the bytes and what they mean, side by side', permission: 'signals:read', params: z.strictObject({ id: z.guid() }), reply: SignalDetail });

export const Stranger = z.object({ protocol: z.string(), account: z.string(), frames: z.number(), firstAt: z.string(), lastAt: z.string(), remote: z.string(), lastRaw: z.string(), why: z.enum(['unknown', 'no-key', 'wrong-key']), sourceId: z.uuid().nullable().describe('Its source, where it has one whose key does not fit') });
export type Stranger = z.infer<typeof Stranger>;
export const listQuarantine = endpoint({ method: 'GET', path: '/quarantine', summary: 'Accounts that nobody knows yet, with their frames', permission: 'signals:adopt', reply: z.object({ items: z.array(Stranger) }) });
export const adopt = endpoint({
  method: 'POST', path: '/quarantine/adopt', summary: 'Make a source of an unknown account; its kept frames become signals', permission: 'signals:adopt', status: 201,
  body: z.union([SyslogSource, PanelSource.extend({ protocol: z.literal('dc09').default('dc09') })]), reply: Source,
});
export const listRefusals = endpoint({ method: 'GET', path: '/refusals', summary: 'What receivers refused or dropped, by day and kind', permission: 'signals:sources', reply: z.object({ items: z.array(z.object({ day: z.string(), kind: z.string(), count: z.number() })) }) });

export const EventType = z.object({ key: z.string(), family: z.string(), title: z.string(), priority: z.number().nullable(), raisesAlarm: z.boolean() });
export type EventType = z.infer<typeof EventType>;
export const listTypes = endpoint({ method: 'GET', path: '/types', summary: 'Every type of event that codes are read into, by family', permission: 'signals:read', reply: z.object({ items: z.array(EventType) }) });

export const exampleSignal = endpoint({
  method: 'GET', path: '/example', summary: 'A line for a shell that sends a first signal of a source that I may see', permission: 'signals:read',
  reply: z.object({
    isListening: z.boolean().describe('Whether this installation has the receiver on'), host: z.string(), port: z.number().nullable(),
    source: z.object({ id: z.uuid(), name: z.string(), account: z.string() }).nullable(), command: z.string().nullable(),
  }),
});
