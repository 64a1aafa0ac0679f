import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { EVENTS, KINDS, METHODS, STATES } from './rules.ts';

const ById = z.object({ id: z.uuid() });
const FileOf = z.object({ id: z.uuid(), rowId: z.uuid() });
const Instant = z.iso.datetime({ offset: true });
const Text = (most: number) => z.string().trim().max(most).default('');
const Said = (words: string, most = 1000) => z.string().trim().min(3, words).max(most);
const Named = z.object({ id: z.uuid(), name: z.string() });
const Seal = z.string().trim().max(60).default('').describe('Number on the seal; empty where there is none');

export const Place = z.object({ id: z.uuid(), code: z.string(), name: z.string(), here: z.number().int().describe('Exhibits that lie there and that I may see') });
export type Place = z.infer<typeof Place>;

export const Exhibit = z.object({
  id: z.uuid(), number: z.string(), case: z.object({ id: z.uuid(), number: z.string().nullable(), title: z.string() }), kind: z.enum(KINDS), title: z.string(), state: z.enum(STATES),
  holder: Named.nullable().describe('Who answers for it; null where it is lent out or disposed of'), place: z.object({ id: z.uuid(), code: z.string(), name: z.string() }).nullable(),
  seal: z.string(), lentTo: z.string(), dueBackAt: z.string().nullable(), receivedAt: z.string(), offeredTo: Named.nullable(), version: z.number().int(),
});
export type Exhibit = z.infer<typeof Exhibit>;

export const ExhibitFile = z.object({
  id: z.uuid(), name: z.string(), size: z.number(), sha256: z.string(), mediaType: z.string(), preview: z.enum(['ready', 'none', 'coming']), isDamaged: z.boolean(), derivedFrom: z.uuid().nullable(), how: z.string(),
  enteredAt: z.string().nullable().describe('When it was entered into the custody; null where it is attached and waits for that'),
});
export type ExhibitFile = z.infer<typeof ExhibitFile>;

export const ExhibitDetail = Exhibit.extend({
  description: z.string(), marks: z.string(), collectedAt: z.string(), collectedWhere: z.string(), packaging: z.string(), receivedBy: z.string(), events: z.number().int(), files: z.array(ExhibitFile),
  offer: z.object({ id: z.uuid(), from: Named, to: Named, purpose: z.string(), offeredAt: z.string() }).nullable(), mine: z.array(z.string()).describe('My permissions on it'),
});
export type ExhibitDetail = z.infer<typeof ExhibitDetail>;

export const CustodyEvent = z.object({
  id: z.uuid(), seq: z.number().int(), at: z.string(), kind: z.enum(EVENTS), by: z.string(), holder: z.string().nullable(), place: z.string().nullable(), seal: z.string(), isSealWhole: z.boolean().nullable(), note: z.string(), file: z.string().nullable(), bundle: z.string().nullable(),
});
export type CustodyEvent = z.infer<typeof CustodyEvent>;

export const Standing = z.object({ id: z.uuid(), number: z.string(), state: z.enum(STATES), version: z.number().int() });
export type Standing = z.infer<typeof Standing>;

export const Bundle = z.object({ id: z.uuid(), number: z.string(), purpose: z.string(), closedAt: z.string(), closedBy: z.string(), exhibits: z.array(z.string()).describe('Their numbers'), digest: z.string().describe('SHA-256 of its manifest') });
export type Bundle = z.infer<typeof Bundle>;

export const listExhibits = endpoint({
  method: 'GET', path: '/', summary: 'Exhibits that I may see, the latest received first', permission: 'exhibits:view',
  query: z.object({ caseId: z.uuid().optional(), placeId: z.uuid().optional(), state: z.enum(STATES).optional(), whose: z.enum(['mine', 'offered']).optional().describe('Held by me, or offered to me'), isOverdue: z.enum(['true']).optional(), q: z.string().trim().max(200).optional(), after: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
  reply: z.object({ items: z.array(Exhibit), next: z.string().nullable() }),
});
export const addExhibit = endpoint({
  method: 'POST', path: '/', summary: 'Receive an exhibit into a case; its custody begins', permission: 'exhibits:add', status: 201,
  body: z.object({ caseId: z.uuid(), kind: z.enum(KINDS), title: z.string().trim().min(1, 'Say what it is').max(200), description: Text(4000), marks: Text(500), collectedAt: Instant, collectedWhere: Text(300), packaging: Text(300), seal: Seal, placeId: z.uuid().nullable().default(null) }),
  reply: Standing,
});
export const readExhibit = endpoint({ method: 'GET', path: '/:id', summary: 'One exhibit with its files', permission: 'exhibits:view', params: ById, reply: ExhibitDetail });
export const listCustody = endpoint({ method: 'GET', path: '/:id/custody', summary: 'The chain of custody of an exhibit, from its receipt on', permission: 'exhibits:view', params: ById, reply: z.object({ items: z.array(CustodyEvent), gap: z.string().nullable().describe('The first place where the chain does not hold') }) });
export const readLabel = endpoint({ method: 'GET', path: '/:id/label', summary: 'Its label: number and QR code as one SVG path', permission: 'exhibits:view', params: ById, reply: z.object({ number: z.string(), size: z.number().int(), path: z.string() }) });

export const moveExhibit = endpoint({ method: 'POST', path: '/:id/move', summary: 'Put it in another place', permission: 'exhibits:add', params: ById, body: z.object({ placeId: z.uuid().nullable(), isSealWhole: z.boolean(), note: Text(1000) }), reply: Standing });
export const resealExhibit = endpoint({ method: 'POST', path: '/:id/reseal', summary: 'Open it and seal it anew', permission: 'exhibits:add', params: ById, body: z.object({ seal: Seal, packaging: Text(300), isSealWhole: z.boolean().describe('Whether the former seal was whole'), note: Said('Say why it was opened') }), reply: Standing });
export const lendExhibit = endpoint({ method: 'POST', path: '/:id/lend', summary: 'Give it out for a time: a laboratory, a court', permission: 'exhibits:add', params: ById, body: z.object({ to: Said('Say to whom', 200), dueBackAt: Instant, isSealWhole: z.boolean(), note: Said('Say what for') }), reply: Standing });
export const takeBackExhibit = endpoint({ method: 'POST', path: '/:id/take-back', summary: 'Take back what was given out', permission: 'exhibits:add', params: ById, body: z.object({ placeId: z.uuid().nullable().default(null), seal: Seal, isSealWhole: z.boolean(), note: Text(1000) }), reply: Standing });

export const offerExhibit = endpoint({ method: 'POST', path: '/:id/offers', summary: 'Hand it over: custody changes when the other confirms', permission: 'exhibits:add', params: ById, status: 201, body: z.object({ toId: z.uuid(), purpose: Said('Say what for') }), reply: Standing });
export const answerOffer = endpoint({ method: 'POST', path: '/:id/offers/answer', summary: 'Confirm a hand-over to me, or refuse it', permission: 'exhibits:add', params: ById, body: z.object({ isTaken: z.boolean(), isSealWhole: z.boolean(), note: Text(1000) }), reply: Standing });
export const withdrawOffer = endpoint({ method: 'POST', path: '/:id/offers/withdraw', summary: 'Take back a hand-over that was not confirmed', permission: 'exhibits:add', params: ById, reply: Standing });

export const fileExhibit = endpoint({ method: 'POST', path: '/:id/files', summary: 'Enter an attached file into the custody, by its SHA-256', permission: 'exhibits:add', params: ById, body: z.object({ fileId: z.uuid(), derivedFrom: z.uuid().nullable().default(null), how: Text(500) }), reply: Standing });
export const downloadExhibitFile = endpoint({ method: 'GET', path: '/:id/files/:rowId/content', summary: 'A file as it came, hashed anew; the download enters the custody', permission: 'exhibits:view', params: FileOf, reply: null });
export const showExhibitFile = endpoint({ method: 'GET', path: '/:id/files/:rowId/preview', summary: 'An image drawn anew in a process of its own; the view enters the custody', permission: 'exhibits:view', params: FileOf, reply: null });

export const disposeExhibit = endpoint({
  method: 'POST', path: '/:id/dispose', summary: 'Propose to return, release or destroy it; another person decides', permission: 'exhibits:release', params: ById,
  body: z.object({ method: z.enum(METHODS), to: Text(200), authority: Said('Name the authority: an order, a decision, the owner’s receipt') }), reply: z.object({ decisionId: z.uuid(), state: z.enum(['waiting', 'alone']) }),
});

export const listPlaces = endpoint({ method: 'GET', path: '/places', summary: 'Where exhibits lie', permission: 'exhibits:view', reply: z.object({ items: z.array(Place) }) });
export const addPlace = endpoint({
  method: 'POST', path: '/places', summary: 'Add a room, shelf or safe', permission: 'exhibits:add', status: 201,
  body: z.object({ code: z.string().trim().toUpperCase().regex(/^[A-Z0-9][A-Z0-9.-]{0,19}$/, 'Letters, digits, dots and dashes, at most 20'), name: z.string().trim().min(1, 'Name it').max(120) }), reply: z.object({ id: z.uuid(), code: z.string() }),
});
export const auditPlace = endpoint({
  method: 'POST', path: '/places/:id/audits', summary: 'Compare what was scanned at a place with what should lie there; each exhibit’s custody says how it was found', permission: 'exhibits:add', params: ById,
  body: z.object({ scanned: z.array(z.string().trim().min(1).max(200)).max(2000) }),
  reply: z.object({ found: z.array(z.string()), missing: z.array(z.string()), misplaced: z.array(z.string()).describe('Scanned here, and entered elsewhere'), unknown: z.array(z.string()).describe('No exhibit, or none that I may see') }),
});

export const listBundles = endpoint({ method: 'GET', path: '/bundles', summary: 'Evidence bundles of a case, the latest first', permission: 'exhibits:view', query: z.object({ caseId: z.uuid() }), reply: z.object({ items: z.array(Bundle), fingerprints: z.array(z.string()).describe('SHA-256 of the ledger’s key lines, to be given by another way than the bundle') }) });
export const closeBundle = endpoint({
  method: 'POST', path: '/bundles', summary: 'Close an evidence bundle: its manifest enters the custody of each exhibit in it', permission: 'exhibits:add', status: 201,
  body: z.object({ caseId: z.uuid(), exhibitIds: z.array(z.uuid()).min(1, 'Choose the exhibits').max(200), purpose: z.string().trim().min(3, 'Say what for').max(500), leftOut: z.array(z.strictObject({ fileId: z.uuid(), why: Said('Say why it is left out', 300) })).max(1000).default([]) }), reply: Bundle,
});
export const downloadBundle = endpoint({ method: 'GET', path: '/bundles/:id/content', summary: 'The bundle as one archive, with its proofs under the newest signed head', permission: 'exhibits:view', params: ById, reply: null });
