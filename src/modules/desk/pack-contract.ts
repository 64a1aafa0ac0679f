import { z } from 'zod';
import { Figure, FrozenFigure } from '#modules/metrics/contract.ts';
import { endpoint } from '#platform/kernel/contract.ts';

const ById = z.object({ id: z.uuid() });
const Title = z.string().trim().min(1, 'Give it a title').max(120);

export const Section = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), title: Title, text: z.string().trim().min(1).max(6000) }),
  z.strictObject({ kind: z.literal('figures'), title: Title, keys: z.array(z.string().max(60)).min(1).max(40).describe('Keys of the catalogue of figures') }),
  z.strictObject({ kind: z.literal('incidents'), title: Title, least: z.number().int().min(1).max(5).describe('From this severity on') }),
  z.strictObject({ kind: z.literal('actions'), title: Title }),
]);
export type Section = z.infer<typeof Section>;
const Sections = z.array(Section).max(30);

export const PackFigure = FrozenFigure.omit({ isOpen: true }).extend({ months: z.array(z.object({ month: z.string(), figure: Figure })).describe('Frozen months up to the cut-off, at most twelve') });
export type PackFigure = z.infer<typeof PackFigure>;
const Filled = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), title: z.string(), text: z.string() }),
  z.object({ kind: z.literal('figures'), title: z.string(), figures: z.array(PackFigure) }),
  z.object({ kind: z.literal('incidents'), title: z.string(), least: z.number(), items: z.array(z.object({ id: z.uuid(), number: z.string(), title: z.string(), severity: z.number(), state: z.string(), site: z.string().nullable(), knownAt: z.string() })), more: z.number().describe('Further ones that are not listed') }),
  z.object({ kind: z.literal('actions'), title: z.string(), open: z.number(), late: z.number(), items: z.array(z.object({ id: z.uuid(), title: z.string(), number: z.string(), incidentId: z.uuid(), dueAt: z.string() })).describe('Overdue, the longest first') }),
]);
export type Filled = z.infer<typeof Filled>;
export const Content = z.object({ cutoff: z.object({ id: z.uuid(), kind: z.enum(['month', 'quarter']), startsAt: z.string(), endsAt: z.string(), frozenAt: z.string(), digest: z.string() }), sections: z.array(Filled) });
export type Content = z.infer<typeof Content>;

const Head = z.object({
  id: z.uuid(), number: z.string(), title: z.string(), kind: z.enum(['board', 'briefing']), siteId: z.uuid().nullable(), site: z.string().nullable(), state: z.enum(['draft', 'frozen', 'issued']), cutoffId: z.uuid(),
  madeBy: z.string(), madeAt: z.string(), frozenBy: z.string().nullable(), frozenAt: z.string().nullable(), proposedBy: z.string().nullable(), approvedBy: z.string().nullable(), issuedAt: z.string().nullable(), version: z.number(),
});
export type PackHead = z.infer<typeof Head>;
export const PackLine = z.object({
  id: z.uuid(), kind: z.enum(['decision', 'action']), text: z.string(), by: z.string(), at: z.string(), struck: z.object({ at: z.string(), by: z.string(), why: z.string() }).nullable(),
  task: z.object({ id: z.uuid(), state: z.enum(['open', 'done', 'dropped']), owner: z.string().nullable(), dueAt: z.string().nullable() }).nullable().describe('As it stands now, where you see it'),
});
export type PackLine = z.infer<typeof PackLine>;
export const Pack = Head.extend({ sections: Sections, content: Content.nullable(), digest: z.string().nullable(), lines: z.array(PackLine) });
export type Pack = z.infer<typeof Pack>;

export const listPacks = endpoint({
  method: 'GET', path: '/packs', summary: 'Briefings and board packs, the newest first; what is not issued is for who writes packs', permission: 'desk:read', reply: z.object({ items: z.array(Head) }),
});
export const readPack = endpoint({ method: 'GET', path: '/packs/:id', summary: 'A pack with its sections, its frozen content, and what was decided', permission: 'desk:read', params: ById, reply: Pack });
export const beginPack = endpoint({
  method: 'POST', path: '/packs', summary: 'Begin a pack of the figures of a month or a quarter', permission: 'desk:write', status: 201,
  body: z.strictObject({ title: Title, kind: z.enum(['board', 'briefing']).default('board'), siteId: z.uuid().nullable().default(null), cutoffId: z.uuid(), sections: Sections.default([]) }), reply: Pack,
});
export const changePack = endpoint({
  method: 'PATCH', path: '/packs/:id', summary: 'Change what a pack that is not issued is made of; one that was frozen is a draft again', permission: 'desk:write', params: ById, body: z.strictObject({ title: Title.optional(), sections: Sections.optional() }), reply: Pack,
});
export const freezePack = endpoint({ method: 'POST', path: '/packs/:id/freeze', summary: 'Fill the sections in as they stand and freeze them', permission: 'desk:freeze', params: ById, reply: Pack });
export const issuePack = endpoint({
  method: 'POST', path: '/packs/:id/issue', summary: 'Propose that a frozen pack is issued; another person approves it as it was read', permission: 'desk:issue', params: ById, reply: z.object({ decisionId: z.uuid(), state: z.enum(['waiting', 'alone']) }),
});
export const recordDecision = endpoint({ method: 'POST', path: '/packs/:id/decisions', summary: 'Record what was decided when an issued pack was spoken of', permission: 'desk:decide', status: 201, params: ById, body: z.strictObject({ text: z.string().trim().min(3).max(1000) }), reply: Pack });
export const recordAction = endpoint({
  method: 'POST', path: '/packs/:id/actions', summary: 'Record an action that follows; it is a task on the pack', permission: 'desk:decide', status: 201, params: ById,
  body: z.strictObject({ title: z.string().trim().min(3).max(200), ownerId: z.uuid().nullable().default(null), dueAt: z.iso.datetime({ offset: true }).nullable().default(null) }), reply: Pack,
});
export const strikeLine = endpoint({
  method: 'POST', path: '/packs/:id/lines/:rowId/strike', summary: 'Strike a decision or an action that was recorded wrongly, with the reason; the task stays', permission: 'desk:decide', params: ById.extend({ rowId: z.uuid() }), body: z.strictObject({ why: z.string().trim().min(3).max(500) }), reply: Pack,
});
export const printPack = endpoint({
  method: 'GET', path: '/packs/:id/pack.pdf', summary: 'A frozen or issued pack as PDF/UA', permission: 'desk:read', params: ById, query: z.strictObject({ paper: z.enum(['a4', 'us-letter']).default('a4') }), reply: null,
});
