import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

const LeafNumber = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const Size = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
const Hash = z.base64();
const Instant = z.iso.datetime({ offset: true });

/** One sealed entry as the ledger browser shows it. `texts` are those of the body's erasable fields that are not erased, by their path. */
export const LedgerEntry = z.object({
  n: z.number().int(),
  id: z.uuid(),
  at: z.string(),
  actor: z.object({ id: z.uuid(), name: z.string().nullable() }),
  verb: z.string(),
  /** The record it speaks of, where there is one that you may see. */
  record: z.object({ id: z.uuid(), kind: z.string().nullable(), number: z.string().nullable(), title: z.string().nullable() }).nullable(),
  siteId: z.uuid().nullable(),
  wallId: z.uuid().nullable(),
  body: z.record(z.string(), z.unknown()),
  texts: z.record(z.string(), z.string()),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

/** The newest signed head. `note` is the whole checkpoint with its signature; `publicKeys` are the lines with which to check it. */
export const LedgerHead = z.object({ size: z.number().int(), root: Hash, at: z.string().nullable(), note: z.string().nullable(), publicKeys: z.array(z.string()) });
export type LedgerHead = z.infer<typeof LedgerHead>;

export const listEntries = endpoint({
  method: 'GET', path: '/entries', summary: 'Sealed entries that I may see, newest first', permission: 'ledger:read',
  query: z.object({
    limit: z.coerce.number().int().min(1).max(200).default(50),
    /** Entries before this leaf number: `next` of the page before. */
    after: LeafNumber.optional(),
    /** `records` leaves out what speaks of no record: the batches of signals. */
    show: z.enum(['all', 'records']).default('all'),
    record: z.uuid().optional(),
    actor: z.uuid().optional(),
    /** A whole verb (`alarms.closed`), or a module with its dot (`alarms.`). */
    verb: z.string().regex(/^[A-Za-z0-9_.:-]{1,100}$/).optional(),
    from: Instant.optional(),
    to: Instant.optional(),
  }),
  reply: z.object({ items: z.array(LedgerEntry), next: z.string().nullable() }),
});

export const getHead = endpoint({ method: 'GET', path: '/head', summary: 'The newest signed head of the ledger', permission: 'ledger:read', reply: LedgerHead });

export const exportEntries = endpoint({
  method: 'GET', path: '/export', summary: 'The whole ledger as JSON lines; what is not mine to see as sealed leaves, the signed head last', permission: 'ledger:read', reply: null,
});

export const proveLeaf = endpoint({
  method: 'GET', path: '/leaves/:n/proof', summary: 'Proof that a leaf stands in the signed tree (RFC 6962)', permission: 'ledger:read',
  params: z.object({ n: LeafNumber }),
  query: z.object({ size: Size.optional() }),
  reply: z.object({ n: z.number().int(), leafHash: Hash, size: z.number().int(), root: Hash, proof: z.array(Hash), note: z.string() }),
});

/** A salted text of an entry: SHA-256(salt ‖ text) stands in its body at `field`. */
export const BundleText = z.object({ field: z.string(), salt: z.string(), text: z.string() });

/**
 * What proves a few entries without a server: each as the bytes that were hashed, with its inclusion proof under the one
 * signed head. `keys` are there to compare with the line that you kept, not to be believed.
 */
export const Bundle = z.object({
  format: z.literal('parapet-ledger-bundle-1'),
  head: z.string(),
  keys: z.array(z.string()),
  leaves: z.array(z.object({ n: z.number().int(), entry: z.string(), proof: z.array(Hash), texts: z.array(BundleText) })),
});
export type Bundle = z.infer<typeof Bundle>;

export const bundleEntries = endpoint({
  method: 'GET', path: '/bundle', summary: 'A file that proves one leaf, or what was written of a record, all of it or at one moment', permission: 'ledger:read',
  query: z.object({
    n: LeafNumber.optional(),
    record: z.uuid().optional(),
    /** The time of a line of the record's timeline: all that was written with it. */
    at: Instant.optional(),
  }),
  reply: Bundle,
});

export const proveGrowth = endpoint({
  method: 'GET', path: '/consistency', summary: 'Proof that the tree of one signed head grew out of that of an earlier one (RFC 6962)', permission: 'ledger:read',
  query: z.object({ size1: Size, size2: Size.optional() }),
  reply: z.object({ size1: z.number().int(), root1: Hash, note1: z.string(), size2: z.number().int(), root2: Hash, note2: z.string(), proof: z.array(Hash) }),
});

export const startVerification = endpoint({ method: 'POST', path: '/verify', summary: 'Verify the whole ledger from its first leaf on, as a job', permission: 'ledger:read', status: 202, reply: z.object({ id: z.uuid().describe('Of the job') }) });

/** How one witness of the heads stands. `behind` are leaves under heads that it was not told yet; `node` is the machine whose folder it is. */
export const Witness = z.object({
  target: z.string(), node: z.string(), kind: z.enum(['folder', 'syslog', 'mail']),
  sentSize: z.number().int(), sentAt: z.string().nullable(), behind: z.number().int(),
  triedAt: z.string(), failingSince: z.string().nullable(), error: z.string().nullable(),
});
export type Witness = z.infer<typeof Witness>;

export const listWitnesses = endpoint({
  method: 'GET', path: '/witnesses', summary: 'Who is told the signed heads, how far, and what keeps them from being told more', permission: 'ledger:read', reply: z.object({ items: z.array(Witness) }),
});
