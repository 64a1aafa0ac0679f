import { z } from 'zod';
import { LIMITS } from '#engines/mapping/mapping.ts';
import { endpoint } from '#platform/kernel/contract.ts';

const OfSource = z.strictObject({ id: z.uuid() });
const Expression = z.string().max(LIMITS.expression);
const Reason = z.string().trim().min(3, 'Say why').max(400);

/** How the messages of a source are read: expressions in CEL; '' where there is none. */
export const Mapping = z.strictObject({
  each: Expression,
  places: z.strictObject({ externalId: Expression, occurredAt: Expression, device: Expression, zone: Expression, severity: Expression, message: Expression }),
  rows: z.array(z.strictObject({ title: z.string().trim().max(120), when: Expression, type: z.string().max(80), effect: z.enum(['raise', 'restore', 'restore-point', 'cancel', 'note']), isUnverified: z.boolean() })).max(LIMITS.rows),
});
export type Mapping = z.infer<typeof Mapping>;

export const MappingVersion = z.object({
  id: z.uuid(), number: z.number(), note: z.string(), madeFrom: z.string().nullable(), madeBy: z.string(), madeAt: z.string(), isActive: z.boolean(),
  activatedAt: z.string().nullable(), activatedBy: z.string().nullable(), isAlone: z.boolean().describe('Put in force by who wrote it, since nobody else could'), reason: z.string().nullable(), mapping: Mapping,
});
export type MappingVersion = z.infer<typeof MappingVersion>;

export const SourceMappings = z.object({ source: z.object({ id: z.uuid(), name: z.string(), protocol: z.string(), siteId: z.uuid().nullable(), version: z.number() }), versions: z.array(MappingVersion) });
export type SourceMappings = z.infer<typeof SourceMappings>;

export const listMappings = endpoint({ method: 'GET', path: '/sources/:id/mappings', summary: 'The versions of a source’s mapping, newest first', permission: 'signals:sources', params: OfSource, reply: SourceMappings });
export const saveMapping = endpoint({
  method: 'POST', path: '/sources/:id/mappings', summary: 'Save a new version of a source’s mapping; it is not in force yet', permission: 'signals:sources', params: OfSource, status: 201,
  body: z.strictObject({ mapping: Mapping, note: z.string().trim().min(3, 'Say what is new in it').max(400), madeFrom: z.string().max(80).nullable().default(null) }), reply: MappingVersion,
});
export const activateMapping = endpoint({
  method: 'POST', path: '/sources/:id/activate-mapping', summary: 'Put a version of a source’s mapping in force, or none', permission: 'signals:sources', params: OfSource,
  body: z.strictObject({ mappingId: z.uuid().nullable(), reason: Reason }), reply: SourceMappings,
});

/** What a signal is by one mapping: for its first events, and how many there are. */
const Read = z.object({ events: z.array(z.object({ type: z.string(), title: z.string(), effect: z.string(), point: z.string().nullable(), text: z.string().nullable(), row: z.number().nullable() })), count: z.number(), externalId: z.string().nullable(), occurredAt: z.string().nullable(), problem: z.string().nullable() });
export const Tried = z.object({
  id: z.guid(), receivedAt: z.string(), raw: z.string(), now: Read, draft: Read, isDifferent: z.boolean(), faults: z.array(z.object({ at: z.string(), reason: z.string() })),
});
export type Tried = z.infer<typeof Tried>;
export const tryMapping = endpoint({
  method: 'POST', path: '/sources/:id/try-mapping', summary: 'What the last signals of a source are now, and what they would be by a draft; nothing is changed', permission: 'signals:sources', params: OfSource,
  body: z.strictObject({ mapping: Mapping, limit: z.int().min(1).max(50).default(50) }),
  reply: z.object({ items: z.array(Tried), different: z.number(), faults: z.array(z.object({ at: z.string(), reason: z.string() })).describe('What is wrong with the draft itself; then nothing was tried') }),
});

export const ShippedMapping = z.object({ key: z.string(), title: z.string(), protocol: z.string(), page: z.string(), mapping: Mapping });
export type ShippedMapping = z.infer<typeof ShippedMapping>;
export const listShippedMappings = endpoint({ method: 'GET', path: '/shipped-mappings', summary: 'Mappings of common head-ends to begin with', permission: 'signals:sources', reply: z.object({ items: z.array(ShippedMapping) }) });
