import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '#platform/kernel/ledger/body.ts';
import { BundleText } from '#platform/ledger/contract.ts';

export const FORMAT = 'parapet-evidence-bundle-1';

/** Names of the members that stand once in a bundle. */
export const MANIFEST = 'manifest.json';
export const LEDGER = 'ledger.json';
export const READ_ME = 'README.txt';
export const STAMP = 'head.tsr';

const Hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const Number_ = z.string().regex(/^[A-Z]{2,5}-\d{4}-\d{1,9}$/);

/** A file of an exhibit. `path` is its member in the archive; null where it was left out on purpose, with the reason. */
export const BundledFile = z.strictObject({
  id: z.uuid(), path: z.string().regex(/^files\/[A-Z]{2,5}-\d{4}-\d{1,9}\/\d{1,5}(\.[a-z0-9]{1,8})?$/).nullable(), leftOut: z.string().nullable(),
  name: z.string(), mediaType: z.string(), size: z.int().min(0), sha256: Hex64, derivedFrom: z.uuid().nullable(),
});
export type BundledFile = z.infer<typeof BundledFile>;

/** What a bundle says of one exhibit. `events` counts its custody, the closing one with it; `texts` the texts that stand behind salted hashes in it. */
export const BundledExhibit = z.strictObject({ id: z.uuid(), number: Number_, title: z.string(), kind: z.string(), events: z.int().min(2), texts: z.int().min(0), files: z.array(BundledFile) });
export type BundledExhibit = z.infer<typeof BundledExhibit>;

/**
 * The table of contents, in canonical JSON (RFC 8785). Its SHA-256 stands in the last custody event of each exhibit in
 * it, and so in the ledger; when it was made, and by whom, is said by those entries, not here.
 */
export const Manifest = z.strictObject({
  format: z.literal(FORMAT), bundle: z.uuid(), number: Number_, origin: z.string(), purpose: z.string(),
  of: z.strictObject({ id: z.uuid(), number: z.string().nullable(), title: z.string() }),
  timeStamp: z.enum(['none', 'rfc3161']),
  readMeSha256: Hex64,
  people: z.record(z.uuid(), z.string()), places: z.record(z.uuid(), z.string()),
  exhibits: z.array(BundledExhibit).min(1),
});
export type Manifest = z.infer<typeof Manifest>;

/** An entry of the ledger with its proof under the bundle's head: a line of `custody/NUMBER.jsonl`. */
export const Leaf = z.strictObject({ n: z.int().min(0), entry: z.string(), proof: z.array(z.string()), texts: z.array(BundleText) });
export type Leaf = z.infer<typeof Leaf>;

/** The signed head, and the ledger's own key lines to compare with the one that was kept. */
export const LedgerPart = z.strictObject({ head: z.string(), keys: z.array(z.string()) });
export type LedgerPart = z.infer<typeof LedgerPart>;

/** What each custody entry says in `body.after`; `at` never falls within a chain, whatever the clocks of several machines say. */
export const CustodyBody = z.object({
  after: z.object({
    id: z.uuid(), seq: z.int().min(1), at: z.iso.datetime(), kind: z.string(), holder: z.uuid().nullable(), holderBefore: z.uuid().nullable(), place: z.uuid().nullable(), placeBefore: z.uuid().nullable(),
    file: z.object({ id: z.uuid(), size: z.int(), sha256: Hex64 }).nullish(),
    bundle: z.object({ id: z.uuid(), number: z.string(), manifestSha256: Hex64 }).nullish(),
  }),
});
export type CustodyBody = z.infer<typeof CustodyBody>;

export const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const custodyMember = (number: string): string => `custody/${number}.jsonl`;
export const manifestBytes = (manifest: Manifest): Buffer => Buffer.from(canonicalJson(manifest));

/** The fingerprint of a key line: short enough to be read aloud or printed, long enough that no other key has it. */
export const fingerprintOf = (keyLine: string): string => sha256(keyLine.trim());

/** What a stranger finds beside the evidence. */
export const README_TEXT = `This is an evidence bundle of Parapet, format ${FORMAT}: a tar archive.

manifest.json           what is in it: exhibits, files with their SHA-256, how many custody events each exhibit has
custody/NUMBER.jsonl    the custody of an exhibit, one entry of the ledger a line, with its proof (RFC 9162, 2.1.3)
files/NUMBER/           the exhibit's files as they came, and what was derived from them
ledger.json             the signed head of the ledger (C2SP signed note, Ed25519)
head.tsr                where the manifest says rfc3161: a time stamp of the SHA-256 of that head (RFC 3161)
SHA256                  the hash of all bytes before it

To check it you need the fingerprint of the ledger's key, from whoever gave you the bundle and by another way than the
bundle, and one of two verifiers from Parapet's own source, not from here:
  npx parapet verify-bundle FILE --key FINGERPRINT
  python3 docs/verify/verify_evidence.py FILE --key FINGERPRINT
Neither needs a network or a server.
`;
