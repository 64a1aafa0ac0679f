import { once } from 'node:events';
import { extname } from 'node:path';
import { PassThrough } from 'node:stream';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { fingerprintOf, type Leaf, type LedgerPart, Manifest, manifestBytes, README_TEXT, sha256 } from '#platform/evidence/format.ts';
import { writeBundle } from '#platform/evidence/write-bundle.ts';
import { filesOn, openFile } from '#platform/files/files.service.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { LEAF_TEXT } from '#platform/kernel/ledger/leaf.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { ledger } from '#platform/ledger/browse.ts';
import { base64, headOf, noHead, proofsOf, publicKeyLines } from '#platform/ledger/prove.ts';
import type * as contract from './contract.ts';
import { ADD, enter, exhibits, holdExhibit, nextNumber, openCase, refuse, type Tx, VIEW } from './exhibit-row.ts';
import { EVENTS } from './rules.ts';

const READ_LEDGER = 'ledger:read';
const MOST_BUNDLES = 200;
const VERBS = EVENTS.map((kind) => `exhibits.${kind}`);

const bundleRows = (ctx: Ctx) => exhibits.read(ctx, VIEW).selectFrom('exhibits.bundle as b').innerJoin('access.person as p', 'p.id', 'b.closedBy').select(['b.id', 'b.number', 'b.caseId', 'b.purpose', 'b.manifest', 'b.digest', 'b.closedAt', 'b.wallId', 'p.name as closedBy']);

const bundleOf = ({ id, number, purpose, closedAt, closedBy, manifest, digest }: { id: string; number: string; purpose: string; closedAt: string; closedBy: string; manifest: string; digest: Buffer }): Reply<typeof contract.closeBundle> =>
  ({ id, number, purpose, closedAt, closedBy, exhibits: manifestOf(manifest).exhibits.map((one) => one.number), digest: digest.toString('hex') });

const manifestOf = (text: string): Manifest => Manifest.parse(JSON.parse(text));
const ownName = (): string => (publicKeyLines().at(-1) ?? '').split('+')[0] ?? '';

export async function listBundles(ctx: Ctx, { caseId }: Input<typeof contract.listBundles>): Promise<Reply<typeof contract.listBundles>> {
  const found = await bundleRows(ctx).where('b.caseId', '=', caseId).orderBy('b.closedAt', 'desc').limit(MOST_BUNDLES).execute();
  return { items: found.map(bundleOf), fingerprints: publicKeyLines().map(fingerprintOf) };
}

/** How much of each chain is sealed, and how many texts stand behind it. */
const sealedOf = (ctx: Ctx, ids: readonly string[]) =>
  ledger.read(ctx, READ_LEDGER).selectFrom('ledger.leaf as l').innerJoin('ledger.entry as e', (join) => join.onRef('e.xid', '=', 'l.xid').onRef('e.id', '=', 'l.entryId'))
    .select(['l.recordId', sql<number>`count(*)::int`.as('events'), sql<number>`coalesce(sum((select count(*) from ledger.erasable x where x.xid = e.xid and x.entry_id = e.id)), 0)::int`.as('texts')])
    .where(sql<boolean>`l.record_id = any (${[...ids]}::uuid[]) and e.verb = any (${VERBS}::text[])`).groupBy('l.recordId').execute();

const notSealed = (): Problem => new Problem('conflict', 'exhibits.not_sealed', 'The ledger has not sealed all of this custody yet. Try again in a second; it needs the right to read the ledger of this case.');

type Chosen = Awaited<ReturnType<typeof holdExhibit>>;

async function entriesFor(ctx: Ctx, tx: Tx, { id, number, title, kind, events }: Chosen, texts: number, leftOut: ReadonlyMap<string, string>): Promise<Manifest['exhibits'][number]> {
  const items = await tx.selectFrom('exhibits.item').select(['fileId', 'name', 'mediaType', 'size', 'sha256', 'derivedFrom']).where('exhibitId', '=', id).orderBy('enteredAt').orderBy('fileId').execute();
  const stored = new Map((items.length === 0 ? [] : await filesOn(ctx, id, VIEW)).map((file) => [file.id, file]));
  return {
    id, number, title, kind, events: events + 1, texts,
    files: items.map(({ fileId, name, mediaType, size, sha256: hash, derivedFrom }, i) => {
      const why = leftOut.get(fileId) ?? (stored.get(fileId)?.removedAt === null ? null : 'Its content was let go by retention');
      const ending = /^\.[a-z0-9]{1,8}$/.exec(extname(name).toLowerCase())?.[0] ?? '';
      return { id: fileId, path: why === null ? `files/${number}/${i + 1}${ending}` : null, leftOut: why, name, mediaType, size, sha256: hash.toString('hex'), derivedFrom };
    }),
  };
}

/** The names of everybody and of every place in these chains. */
async function namesIn(ctx: Ctx, tx: Tx, ids: readonly string[]): Promise<Pick<Manifest, 'people' | 'places'>> {
  const people = await tx.selectFrom('access.person as p').select(['p.id', 'p.name']).where(sql<boolean>`p.id = ${ctx.personId}::uuid or p.id in (select unnest(array[c.actor_id, c.holder, c.holder_before]) from exhibits.custody c where c.exhibit_id = any (${[...ids]}::uuid[]))`).execute();
  const places = await tx.selectFrom('exhibits.place as p').select(['p.id', sql<string>`p.code || ' ' || p.name`.as('name')]).where(sql<boolean>`p.id in (select unnest(array[c.place, c.place_before]) from exhibits.custody c where c.exhibit_id = any (${[...ids]}::uuid[]))`).execute();
  return { people: Object.fromEntries(people.map(({ id, name }) => [id, name])), places: Object.fromEntries(places.map(({ id, name }) => [id, name])) };
}

/** Closes a bundle: the manifest is written, and its hash becomes the last event of each chain in it. */
export async function closeBundle(ctx: Ctx, { caseId, exhibitIds, purpose, leftOut }: Input<typeof contract.closeBundle>): Promise<Reply<typeof contract.closeBundle>> {
  return exhibits.writeMany(ctx, ADD, async (tx) => {
    const room = await openCase(tx, caseId);
    const chosen: Chosen[] = [];
    for (const id of [...new Set(exhibitIds)].sort()) {
      const row = await holdExhibit(tx, id, ADD).catch(() => null);
      if (row?.caseId !== caseId) throw refuse('no_such_exhibit', 'Choose exhibits of this case.', '/exhibitIds');
      chosen.push(row);
    }
    const sealed = new Map((await sealedOf(ctx, chosen.map(({ id }) => id))).map((one) => [one.recordId, one]));
    if (chosen.some(({ id, events }) => sealed.get(id)?.events !== events)) throw notSealed();
    const [id, number, why] = [uuidv7(), await nextNumber(ctx, tx, 'BND'), new Map(leftOut.map((one) => [one.fileId, one.why]))];
    const entries: Manifest['exhibits'] = [];
    for (const row of chosen.sort((a, b) => a.number.localeCompare(b.number))) entries.push(await entriesFor(ctx, tx, row, sealed.get(row.id)?.texts ?? 0, why));
    const manifest: Manifest = { format: 'parapet-evidence-bundle-1', bundle: id, number, origin: ownName(), purpose, of: { id: room.id, number: room.number, title: room.title }, timeStamp: 'none', readMeSha256: sha256(README_TEXT), ...(await namesIn(ctx, tx, chosen.map((row) => row.id))), exhibits: entries };
    const bytes = manifestBytes(manifest);
    const [digest, closedAt] = [sha256(bytes), ctx.now().toISOString()];
    await tx.insertInto('exhibits.bundle').values({ id, number, caseId, purpose, manifest: bytes.toString(), digest: Buffer.from(digest, 'hex'), closedAt, closedBy: ctx.personId, wallId: room.wallId }).execute();
    const changes: Change<{ id: string }>[] = [{ verb: 'bundle-closed', before: null, after: { id, number, purpose, digest } as { id: string }, header: { kind: 'exhibits.bundle', number, title: purpose, state: 'closed', siteId: null, wallId: room.wallId, readPermission: VIEW, at: closedAt }, erasable: ['purpose'] }];
    for (const row of chosen) changes.push(...(await enter(ctx, tx, row, { kind: 'bundled', bundle: { id, number, manifestSha256: digest } })).changes);
    return { changes, result: bundleOf({ id, number, purpose, closedAt, closedBy: manifest.people[ctx.personId] ?? '', manifest: bytes.toString(), digest: Buffer.from(digest, 'hex') }) };
  });
}

type Text = { field: string; salt: string; text: string };

/** Every chain of the bundle as it was closed, each entry with its proof under the newest head. Throws 409 where the ledger has not come so far, or a text was erased since. */
async function provenChains(ctx: Ctx, { exhibits: entries }: Manifest): Promise<{ ledger: LedgerPart; chains: Map<string, Leaf[]> }> {
  const head = await headOf(ctx);
  if (!head) throw noHead(undefined);
  const found = await ledger.read(ctx, READ_LEDGER).selectFrom('ledger.leaf as l').innerJoin('ledger.entry as e', (join) => join.onRef('e.xid', '=', 'l.xid').onRef('e.id', '=', 'l.entryId'))
    .select(['l.n', 'l.recordId', sql<string>`${sql.raw(LEAF_TEXT)}`.as('entry'), sql<Text[] | null>`(select json_agg(json_build_object('field', x.field, 'salt', encode(x.salt, 'hex'), 'text', x.text) order by x.field) from ledger.erasable x where x.xid = e.xid and x.entry_id = e.id)`.as('texts')])
    .where('l.n', '<', head.size).where(sql<boolean>`l.record_id = any (${entries.map(({ id }) => id)}::uuid[]) and e.verb = any (${VERBS}::text[])`).orderBy('l.n').execute();
  const proven = await proofsOf(ctx, head, found.map(({ n }) => n));
  const leaves = found.map(({ n, recordId, entry, texts }, i) => ({ recordId, leaf: { n, entry, proof: proven[i]?.proof.map(base64) ?? [], texts: texts ?? [] } }));
  const chains = new Map(entries.map(({ id, events }) => [id, leaves.filter(({ recordId }) => recordId === id).map(({ leaf }) => leaf).sort((a, b) => seqOf(a) - seqOf(b)).slice(0, events)]));
  for (const { id, number, events, texts } of entries) {
    const chain = chains.get(id) ?? [];
    if (chain.length !== events) throw notSealed();
    if (chain.reduce((sum, leaf) => sum + leaf.texts.length, 0) !== texts) throw new Problem('refused', 'exhibits.texts_erased', `A text in the custody of ${number} was erased since this bundle was closed. Close a new one.`);
  }
  return { ledger: { head: head.note, keys: publicKeyLines() }, chains };
}

const seqOf = ({ entry }: Leaf): number => (JSON.parse(entry) as { body: { after: { seq: number } } }).body.after.seq;

/** Streams the archive; a piece of a file is in memory at a time, and every file is hashed anew on its way. */
export async function downloadBundle(ctx: Ctx, { id }: Input<typeof contract.downloadBundle>, { reply, request }: Exchange): Promise<void> {
  const row = await bundleRows(ctx).where('b.id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  const manifest = manifestOf(row.manifest);
  const { ledger: head, chains } = await provenChains(ctx, manifest);
  await exhibits.writeMany(ctx, VIEW, async () => ({ changes: [{ verb: 'bundle-fetched', before: null, after: { id, number: row.number }, of: { recordId: id, siteId: null, wallId: row.wallId, readPermission: VIEW } }], result: null }));
  const out = new PassThrough({ highWaterMark: 2 ** 20 });
  const sink = { write: async (bytes: Buffer, from: number) => { await written(out, bytes.subarray(from)); return { bytesWritten: bytes.length - from }; }, sync: async () => undefined };
  const open = async (fileId: string): Promise<AsyncIterable<Buffer>> => (await openFile(ctx, fileId, VIEW)).bytes as AsyncIterable<Buffer>;
  void writeBundle(sink, { manifest, ledger: head, chains, open, stamp: null }).then(() => out.end(), (error: Error) => {
    request.log.error({ err: error, bundle: row.number }, 'a bundle was cut short');
    out.destroy(error);
  });
  void reply.header('content-type', 'application/x-tar').header('content-disposition', `attachment; filename="${row.number}.tar"`).header('x-content-type-options', 'nosniff').send(out);
}

/** Waits while the receiver is slower than we are; ends where it has gone. */
async function written(out: PassThrough, bytes: Buffer): Promise<void> {
  if (out.destroyed) throw new Error('The receiver has gone.');
  if (!out.write(bytes)) await Promise.race([once(out, 'drain'), once(out, 'close').then(() => { throw new Error('The receiver has gone.'); })]);
}

