import { createHash } from 'node:crypto';
import { type CustodyEvent, faultOfChain } from '#engines/custody/chain.ts';
import { leafHash } from '#engines/merkle/hash.ts';
import { isIncluded } from '#engines/merkle/verify.ts';
import { type Archive, type Member, openArchive } from '#platform/archive/archive.ts';
import { Fault } from '#platform/kernel/fault.ts';
import { type Head, openHead } from '#platform/kernel/ledger/head.ts';
import { parsePublicKeys, type PublicKey } from '#platform/kernel/ledger/keys.ts';
import type { LeafEntry } from '#platform/kernel/ledger/leaf.ts';
import { isTextOf } from '#platform/verify/check-bundle.ts';
import { faultOf, type KeptHead } from '#platform/witness/head-line.ts';
import { type BundledExhibit, type BundledFile, CustodyBody, custodyMember, fingerprintOf, LEDGER, Leaf, LedgerPart, MANIFEST, Manifest, READ_ME, sha256, STAMP } from './format.ts';
import { faultOfStamp } from './time-stamp.ts';

/** What is wrong, in one word for programs; docs/verify/README.md says what each means. */
export type BundleFault = 'archive' | 'missing' | 'extra' | 'manifest' | 'key' | 'head' | 'rewritten' | 'entry' | 'text' | 'custody' | 'file' | 'time-stamp' | 'other' | 'older';

/** What the checker brings from outside the bundle. */
export type Outside = {
  /** Key lines, or fingerprints of them (64 hexadecimal digits). */
  keys: readonly string[];
  kept?: readonly KeptHead[];
  /** The number on the receipt. */
  number?: string;
  /** It must not have been closed before this moment (ISO). */
  since?: string;
  /** A file with the certificates of the time-stamping authority. */
  authority?: string;
};

/** One exhibit of a bundle that holds: its custody as the ledger has it. */
export type HeldExhibit = BundledExhibit & { closedAt: string; closedBy: string };
export type EvidenceAnswer = { ok: true; manifest: Manifest; head: Head; exhibits: HeldExhibit[]; stamp: 'none' | 'good' | 'not checked' } | { ok: false; fault: BundleFault; reason: string };

class Refused extends Error {
  readonly fault: BundleFault;
  constructor(fault: BundleFault, reason: string) {
    super(reason);
    this.fault = fault;
  }
}

/** Checks an evidence bundle by what was kept outside it. Believes nothing in it that does not hang on the named key. */
export async function checkEvidence(file: string, outside: Outside): Promise<EvidenceAnswer> {
  try {
    const archive = await openArchive(file, 'evidence bundle').catch((error: unknown) => {
      throw error instanceof Fault ? new Refused('archive', error.message) : error;
    });
    return await checkParts(archive, outside);
  } catch (error) {
    if (error instanceof Refused) return { ok: false, fault: error.fault, reason: error.message };
    throw error;
  }
}

async function checkParts(archive: Archive, outside: Outside): Promise<EvidenceAnswer> {
  const members = membersByName(archive);
  const [manifestRaw, ledger] = [await archive.read(need(members, MANIFEST)), LedgerPart.safeParse(json(await archive.read(need(members, LEDGER))))];
  const parsed = Manifest.safeParse(json(manifestRaw));
  if (!parsed.success) throw new Refused('manifest', 'Its manifest is not written as one of this format is.');
  if (!ledger.success) throw new Refused('head', 'Its ledger.json is not written as one of this format is.');
  const manifest = parsed.data;
  const head = headOf(ledger.data, manifest, outside);
  checkNames(manifest, members);
  if (sha256(await archive.read(need(members, READ_ME))) !== manifest.readMeSha256) throw new Refused('file', `${READ_ME} is not the one that the manifest names.`);
  const digest = sha256(manifestRaw);
  const exhibits: HeldExhibit[] = [];
  for (const exhibit of manifest.exhibits) {
    const leaves = leavesOf(await archive.read(need(members, custodyMember(exhibit.number))), exhibit);
    exhibits.push(checkCustody(exhibit, leaves, { head, manifest, digest }));
    for (const one of exhibit.files) if (one.path !== null) await checkFile(archive, need(members, one.path), one, exhibit);
  }
  checkAge(manifest, exhibits, outside);
  const stamp = await checkStamp(archive, members, manifest, ledger.data.head, outside);
  return { ok: true, manifest, head, exhibits, stamp };
}

function json(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}

function membersByName({ members }: Archive): Map<string, Member> {
  const byName = new Map<string, Member>();
  for (const member of members) {
    if (byName.has(member.name)) throw new Refused('extra', `${member.name} stands in it twice.`);
    byName.set(member.name, member);
  }
  return byName;
}

function need(members: ReadonlyMap<string, Member>, name: string): Member {
  const member = members.get(name);
  if (!member) throw new Refused('missing', `${name} is missing.`);
  return member;
}

/** The signed head, by a key that was kept, of the ledger that the manifest names. */
function headOf({ head: note, keys }: LedgerPart, manifest: Manifest, { keys: kept, kept: heads = [] }: Outside): Head {
  const trusted = kept.flatMap((one) => (/^[0-9a-f]{64}$/.test(one) ? keys.filter((line) => fingerprintOf(line) === one) : [one])).flatMap(keyOf);
  if (trusted.length === 0) throw new Refused('key', 'None of its keys has the fingerprint that you named: it is signed by another key.');
  const opened = openHead(note, trusted);
  if (!opened.ok) throw new Refused(opened.reason.includes('which is not one') ? 'key' : 'head', `Its head does not hold: ${opened.reason}.`);
  if (note.split('\n')[0] !== manifest.origin) throw new Refused('head', `Its head is of the ledger ${note.split('\n')[0]}, the manifest of ${manifest.origin}.`);
  const other = heads.find((one) => one.size === opened.head.size && !one.root.equals(opened.head.root) && faultOf(one, trusted) === null);
  if (other) throw new Refused('rewritten', `${other.where} holds another head of ${other.size} leaves, with the root ${other.root.toString('base64')}: the ledger was rewritten.`);
  return opened.head;
}

function keyOf(line: string): PublicKey[] {
  try {
    return parsePublicKeys(line);
  } catch {
    throw new Refused('key', 'What was named as its key is neither a key line nor a fingerprint of 64 hexadecimal digits.');
  }
}

function checkNames(manifest: Manifest, members: ReadonlyMap<string, Member>): void {
  const numbers = manifest.exhibits.map(({ number }) => number);
  const paths = manifest.exhibits.flatMap(({ files }) => files.flatMap(({ path }) => path ?? []));
  if (new Set(numbers).size !== numbers.length || new Set(paths).size !== paths.length) throw new Refused('manifest', 'Its manifest names an exhibit or a file twice.');
  const expected = new Set([MANIFEST, LEDGER, READ_ME, ...(manifest.timeStamp === 'none' ? [] : [STAMP]), ...numbers.map(custodyMember), ...paths]);
  for (const name of expected) need(members, name);
  for (const name of members.keys()) if (!expected.has(name)) throw new Refused('extra', `${name} stands in it, and the manifest does not name it.`);
}

function leavesOf(bytes: Buffer, { number, events }: BundledExhibit): Leaf[] {
  const lines = bytes.toString('utf8').split('\n').slice(0, -1);
  const leaves = lines.map((line) => Leaf.safeParse(json(Buffer.from(line))));
  if (leaves.length !== events) throw new Refused('custody', `The custody of ${number} has ${leaves.length} events; the manifest says ${events}.`);
  return leaves.map(({ data }) => {
    if (!data) throw new Refused('custody', `The custody of ${number} is not written as one is.`);
    return data;
  });
}

type Under = { head: Head; manifest: Manifest; digest: string };
type Said = LeafEntry & { after: CustodyBody['after'] };

function entryOf({ number, id }: BundledExhibit, { n, entry, proof, texts }: Leaf, head: Head): Said {
  const claim = { leafHash: leafHash(Buffer.from(entry)), index: n, size: head.size, root: head.root, proof: proof.map((one) => Buffer.from(one, 'base64')) };
  if (!isIncluded(claim)) throw new Refused('entry', `A custody event of ${number} (leaf ${n}) does not stand in the tree of the signed head.`);
  const said = JSON.parse(entry) as LeafEntry;
  const body = CustodyBody.safeParse(said.body);
  if (said.record !== id || !body.success || !said.verb.startsWith('exhibits.')) throw new Refused('custody', `Leaf ${n} is no custody event of ${number}.`);
  if (new Set(texts.map(({ field }) => field)).size !== texts.length || !texts.every((text) => isTextOf(said, text))) throw new Refused('text', `A text of leaf ${n} is not the one that its entry speaks of.`);
  return { ...said, after: body.data.after };
}

/** The chain is whole, ends with the event that closed this bundle and no other, and names every file of the exhibit. */
function checkCustody(exhibit: BundledExhibit, leaves: readonly Leaf[], { head, manifest, digest }: Under): HeldExhibit {
  const { number } = exhibit;
  const said = leaves.map((leaf) => entryOf(exhibit, leaf, head));
  const fault = faultOfChain(said.map(({ after }): CustodyEvent => after));
  if (fault) throw new Refused('custody', `The custody of ${number} has a gap: ${fault.reason}.`);
  const last = said.at(-1) as Said;
  const { bundle } = last.after;
  if (!bundle || bundle.id !== manifest.bundle || bundle.number !== manifest.number) throw new Refused('custody', `The custody of ${number} does not end with the closing of this bundle: an event was dropped, or it is of another bundle.`);
  if (bundle.manifestSha256 !== digest) throw new Refused('manifest', `The manifest is not the one that the ledger closed ${manifest.number} with.`);
  const texts = leaves.reduce((sum, leaf) => sum + leaf.texts.length, 0);
  if (texts !== exhibit.texts) throw new Refused('text', `The custody of ${number} has ${texts} texts; the manifest says ${exhibit.texts}.`);
  checkFilesNamed(exhibit, said);
  return { ...exhibit, closedAt: last.at, closedBy: last.actor };
}

function checkFilesNamed({ number, files }: BundledExhibit, said: readonly Said[]): void {
  const arrived = new Map(said.flatMap(({ after: { file } }) => (file ? [[file.id, file] as const] : [])));
  for (const { id, name, sha256: hash, size } of files) {
    const known = arrived.get(id);
    if (known?.sha256 !== hash || known.size !== size) throw new Refused('custody', `No custody event of ${number} names the file ${name} with this SHA-256.`);
    arrived.delete(id);
  }
  for (const { id } of arrived.values()) throw new Refused('custody', `The custody of ${number} names a file (${id}) of which the manifest says nothing.`);
}

async function checkFile(archive: Archive, member: Member, { name, size, sha256: expected }: BundledFile, { number }: BundledExhibit): Promise<void> {
  const hash = createHash('sha256');
  for await (const piece of archive.stream(member)) hash.update(piece);
  if (member.size !== size || hash.digest('hex') !== expected) throw new Refused('file', `${member.name} (${name}) of ${number} does not have the SHA-256 that its manifest names: it was altered, or is of another exhibit.`);
}

function checkAge({ number }: Manifest, exhibits: readonly HeldExhibit[], outside: Outside): void {
  if (outside.number !== undefined && outside.number !== number) throw new Refused('other', `It is the bundle ${number}, not ${outside.number}.`);
  const closed = exhibits[0]?.closedAt ?? '';
  if (outside.since !== undefined && Date.parse(closed) < Date.parse(outside.since)) throw new Refused('older', `It was closed at ${closed}, before ${outside.since}: it is an older bundle.`);
}

async function checkStamp(archive: Archive, members: ReadonlyMap<string, Member>, { timeStamp }: Manifest, note: string, { authority }: Outside): Promise<'none' | 'good' | 'not checked'> {
  if (timeStamp === 'none') {
    if (authority !== undefined) throw new Refused('time-stamp', 'It carries no time stamp.');
    return 'none';
  }
  if (authority === undefined) return 'not checked';
  const fault = await faultOfStamp(Buffer.from(note), await archive.read(need(members, STAMP)), authority);
  if (fault) throw new Refused('time-stamp', `Its time stamp does not hold: ${fault}.`);
  return 'good';
}
