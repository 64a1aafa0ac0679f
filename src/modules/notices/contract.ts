import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { ANSWERS, CHANNELS, LANGUAGES, NOTICE_STATES, QUESTIONS, SEND_STATES } from './rules.ts';
import { Texts } from './texts.ts';

const ById = z.strictObject({ id: z.uuid() });
const Reason = z.string().trim().min(3, 'Say why').max(500);

export const Audience = z.strictObject({
  everyone: z.boolean().default(false).describe('Everybody whose home is at the site or below it; without a site, everybody'),
  roles: z.array(z.string().max(60)).max(20).default([]).describe('Who holds one of these roles for the site'),
  personIds: z.array(z.uuid()).max(5000).default([]),
});
export type Audience = z.infer<typeof Audience>;

const Asked = z.strictObject({
  title: z.string().trim().min(1, 'Give it a title').max(120), siteId: z.uuid().nullable().default(null), audience: Audience, texts: Texts, channels: z.array(z.enum(CHANNELS)).min(1, 'Choose a channel').max(CHANNELS.length),
  roomIds: z.array(z.uuid()).max(20).default([]).describe('Rooms of Teams or Slack, where rooms are chosen'),
  pace: z.enum(['together', 'in-turn']).default('together').describe('In turn: the next channel only to who has neither read nor answered by then'), turnS: z.number().int().min(10).max(3600).default(120),
  question: z.enum(QUESTIONS).default('none'), templateKey: z.string().max(41).default(''), isDanger: z.boolean().default(false).describe('Imminent danger to life: an approved text, unchanged, waits for no second person'),
  overQuietWhy: z.string().trim().max(500).default('').describe('Why it comes through the quiet hours of people; without it they hold'), incidentId: z.uuid().optional().describe('The incident that it is about; none that stands behind a wall'),
});

const Words = z.object({ short: z.string(), long: z.string() });
/** What was written, as it is answered. */
const Written = z.object({ en: Words, de: Words.nullable() });
const ToWhom = z.object({ everyone: z.boolean(), roles: z.array(z.string()), personIds: z.array(z.uuid()) });

export const ChannelPreview = z.object({ channel: z.enum(CHANNELS), reaches: z.number(), lacks: z.number().describe('Who has no address for it'), isReady: z.boolean().describe('Whether this channel is set up') });
export const Preview = z.object({
  people: z.number(), channels: z.array(ChannelPreview), quiet: z.number().describe('Who has quiet hours at this moment'),
  unreached: z.array(z.object({ id: z.uuid(), name: z.string() })).describe('Whom no channel reaches; the first fifty'), unreachedCount: z.number(),
  smsParts: z.number().describe('How many SMS it takes in all'), cost: z.object({ minor: z.number(), currency: z.string() }).nullable().describe('By the price of the gateway, where one is set'),
  needsSecond: z.boolean(), said: z.array(z.object({ language: z.enum(LANGUAGES).nullable(), people: z.number(), sms: z.string(), mail: z.string() })).describe('What is read, by language; without one, who has not said which'),
});
export type Preview = z.infer<typeof Preview>;

export const Notice = z.object({
  id: z.uuid(), number: z.string(), title: z.string(), siteId: z.uuid().nullable(), site: z.string().nullable(), state: z.enum(NOTICE_STATES), size: z.number(), question: z.enum(QUESTIONS),
  madeAt: z.string(), madeBy: z.string(), releasedAt: z.string().nullable(), endedAt: z.string().nullable(), reached: z.number().describe('People whom at least one channel took'), answered: z.number(), help: z.number().describe('Who need help'), version: z.number(),
});
export type Notice = z.infer<typeof Notice>;
export const Counted = z.object({ channel: z.enum(CHANNELS), state: z.enum(SEND_STATES), n: z.number() });
export const NoticeDetail = Notice.extend({
  audience: ToWhom, texts: Written, channels: z.array(z.enum(CHANNELS)), pace: z.enum(['together', 'in-turn']), turnS: z.number(), templateKey: z.string(), overQuietWhy: z.string(), isLifeSafety: z.boolean(), decisionId: z.uuid().nullable(),
  answersUntil: z.string(), recalledAt: z.string().nullable(), recalledBy: z.string().nullable(), recallWhy: z.string(), counts: z.array(Counted), answers: z.array(z.object({ answer: z.enum(ANSWERS), n: z.number() })),
  about: z.array(z.object({ id: z.uuid(), kind: z.string(), number: z.string().nullable(), title: z.string() })).describe('The incident that it is about, where it may be seen'),
  rooms: z.array(z.object({ name: z.string(), state: z.enum(SEND_STATES), reason: z.string() })),
});
export type NoticeDetail = z.infer<typeof NoticeDetail>;

export const Told = z.object({ channel: z.enum(CHANNELS), state: z.enum(SEND_STATES), reason: z.string(), attempts: z.number(), at: z.string().nullable() });
export type Told = z.infer<typeof Told>;
export const Recipient = z.object({ id: z.uuid(), personId: z.uuid(), name: z.string(), language: z.enum(LANGUAGES).nullable(), seenAt: z.string().nullable(), answer: z.enum(ANSWERS).nullable(), note: z.string(), answeredAt: z.string().nullable(), sends: z.array(Told) });
export type Recipient = z.infer<typeof Recipient>;

export const listNotices = endpoint({
  method: 'GET', path: '/', summary: 'Mass notifications that I may see, newest first', permission: 'notices:read',
  query: z.strictObject({ state: z.enum(NOTICE_STATES).optional(), about: z.uuid().optional().describe('Only those about this record'), after: z.string().max(300).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }), reply: z.object({ items: z.array(Notice), next: z.string().nullable() }),
});
export const readNotice = endpoint({ method: 'GET', path: '/sent/:id', summary: 'One mass notification, with how far each channel is', permission: 'notices:read', params: ById, reply: NoticeDetail });
export const listRecipients = endpoint({
  method: 'GET', path: '/sent/:id/people', summary: 'To whom it goes, with the state of each channel and what was answered; who needs help first', permission: 'notices:read', params: ById,
  query: z.strictObject({ only: z.enum(['help', 'unanswered', 'unreached']).optional(), q: z.string().trim().max(100).optional(), after: z.string().max(300).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }), reply: z.object({ items: z.array(Recipient), next: z.string().nullable(), total: z.number() }),
});
export const previewNotice = endpoint({ method: 'POST', path: '/preview', summary: 'What a notification would say to whom by what; nothing is sent or kept', permission: 'notices:prepare', body: Asked, reply: Preview });
export const sendNotice = endpoint({
  method: 'POST', path: '/', summary: 'Send a mass notification. Its id is made by who sends it: the same twice is one. Above a size it waits for a second person', permission: 'notices:send', status: 201, body: Asked.extend({ id: z.uuid() }), reply: NoticeDetail,
});
export const recallNotice = endpoint({ method: 'POST', path: '/sent/:id/recall', summary: 'Recall what has not left yet', permission: 'notices:send', params: ById, body: z.strictObject({ reason: Reason }), reply: NoticeDetail });

export const Template = z.object({ key: z.string(), title: z.string(), texts: Written, question: z.enum(QUESTIONS), isLifeSafety: z.boolean(), version: z.number() });
export type Template = z.infer<typeof Template>;
export const listTemplates = endpoint({ method: 'GET', path: '/templates', summary: 'Words for what is sent often', permission: 'notices:read', reply: z.object({ items: z.array(Template) }) });
export const setTemplate = endpoint({
  method: 'PUT', path: '/templates', summary: 'Change the words of a template, or make one; If-Match guards against a change by another', permission: 'notices:send-all',
  body: z.strictObject({ key: z.string().regex(/^[a-z][a-z-]{1,40}$/, 'Small letters and hyphens'), title: z.string().trim().min(1).max(120), texts: Texts, question: z.enum(QUESTIONS), isLifeSafety: z.boolean() }), reply: Template,
});
export const Settings = z.object({ approveOver: z.number(), answerHours: z.number(), version: z.number() });
export type Settings = z.infer<typeof Settings>;
export const readSettings = endpoint({ method: 'GET', path: '/settings', summary: 'From how many people on two decide, and how long answers are taken', permission: 'notices:read', reply: Settings });
export const setSettings = endpoint({ method: 'PUT', path: '/settings', summary: 'Set them; If-Match guards against a change by another', permission: 'notices:send-all', body: z.strictObject({ approveOver: z.number().int().min(1).max(100_000), answerHours: z.number().int().min(1).max(720) }), reply: Settings });

export const Gateway = z.object({ id: z.uuid(), kind: z.enum(['sms', 'teams', 'slack']), name: z.string(), origin: z.string(), sender: z.string(), perMinute: z.number(), priceMinor: z.number().nullable(), currency: z.string().nullable(), madeAt: z.string() });
export type Gateway = z.infer<typeof Gateway>;
export const listGateways = endpoint({ method: 'GET', path: '/gateways', summary: 'The gateway for SMS, and the rooms of Teams and Slack, with how they are set', permission: 'notices:channels', reply: z.object({ items: z.array(Gateway) }) });
export const Room = z.object({ id: z.uuid(), kind: z.enum(['sms', 'teams', 'slack']), name: z.string() });
export const listRooms = endpoint({ method: 'GET', path: '/rooms', summary: 'By which gateway SMS go, and which rooms can be told', permission: 'notices:read', reply: z.object({ items: z.array(Room) }) });
export const addGateway = endpoint({
  method: 'POST', path: '/gateways', summary: 'Add a gateway for SMS or a room. The key for its receipts is shown once', permission: 'notices:channels', status: 201,
  body: z.strictObject({
    kind: z.enum(['sms', 'teams', 'slack']), name: z.string().trim().min(1, 'Give it a name').max(80), address: z.url({ protocol: /^https?$/ }).max(1000), token: z.string().trim().max(500).default(''), sender: z.string().trim().max(40).default(''),
    perMinute: z.number().int().min(1).max(6000).default(60), priceMinor: z.number().int().min(0).max(100_000).nullable().default(null), currency: z.string().regex(/^[A-Z]{3}$/, 'Three capitals of ISO 4217, such as EUR').nullable().default(null),
  }),
  reply: Gateway.extend({ receiptKey: z.string().nullable().describe('What the provider sends as a bearer token with its receipts') }),
});
export const endGateway = endpoint({ method: 'POST', path: '/gateways/:id/end', summary: 'Use it no more', permission: 'notices:channels', params: ById, reply: ById });
export const takeReceipt = endpoint({
  method: 'POST', path: '/gateways/:id/receipts', summary: 'What became of an SMS, said by its provider with the key of the gateway', permission: 'public', params: ById,
  body: z.strictObject({ messageId: z.uuid().describe('The id that we sent'), status: z.enum(['delivered', 'failed']), reason: z.string().max(200).default('') }), reply: z.object({ taken: z.boolean() }),
});

export const Mine = z.object({
  id: z.uuid(), number: z.string(), title: z.string(), text: z.string(), question: z.enum(QUESTIONS), at: z.string(), until: z.string(), isRecalled: z.boolean(), answer: z.enum(ANSWERS).nullable(), note: z.string(), answeredAt: z.string().nullable(),
});
export type Mine = z.infer<typeof Mine>;
const Answering = { answer: z.enum(ANSWERS), note: z.string().trim().max(500).default('') };
const Code = z.string().regex(/^[\w-]{22}$/, 'This link is not whole');
export const openLink = endpoint({ method: 'POST', path: '/answer/open', summary: 'What the link of a notification says; nobody need be signed in', permission: 'public', body: z.strictObject({ code: Code }), reply: Mine });
export const answerLink = endpoint({ method: 'POST', path: '/answer', summary: 'Answer by the link; the last answer counts', permission: 'public', body: z.strictObject({ code: Code, ...Answering }), reply: Mine });
export const listMine = endpoint({ method: 'GET', path: '/mine', summary: 'What I was sent', permission: 'signed-in', reply: z.object({ items: z.array(Mine), language: z.enum(LANGUAGES).nullable() }) });
export const openMine = endpoint({ method: 'POST', path: '/mine/:id/open', summary: 'One that I was sent; that I read it is noted', permission: 'signed-in', params: ById, reply: Mine });
export const answerMine = endpoint({ method: 'POST', path: '/mine/:id/answer', summary: 'Answer it; the last answer counts', permission: 'signed-in', params: ById, body: z.strictObject(Answering), reply: Mine });
export const setLanguage = endpoint({ method: 'PUT', path: '/mine/language', summary: 'In which language I wish to be told', permission: 'signed-in', body: z.strictObject({ language: z.enum(LANGUAGES) }), reply: z.object({ language: z.enum(LANGUAGES) }) });
