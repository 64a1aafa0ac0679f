import { type ExpressionBuilder, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import encodeQr from 'qr';
import { faultOfChain } from '#engines/custody/chain.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { notFound } from '#platform/kernel/problem.ts';
import { type Ctx, me } from '#platform/kernel/store.ts';
import type { StoredFile } from '#platform/files/contract.ts';
import { filesOn } from '#platform/files/files.service.ts';
import type * as contract from './contract.ts';
import type { ExhibitDetail, ExhibitFile, Standing } from './contract.ts';
import { ADD, checkPlace, enter, exhibitOf, exhibits, headerOf, nextNumber, openCase, recordLook, refuse, RELEASE, type Row, rows, standingOf, VIEW } from './exhibit-row.ts';
import type { Tables } from './tables.gen.ts';

const MOST_FOUND = 500;
type Where = ExpressionBuilder<{ e: Tables['exhibits.exhibit'] }, 'e'>;

/** Exhibits that the reader sees, the latest received first. */
export async function listExhibits(ctx: Ctx, { caseId, placeId, state, whose, isOverdue, q, after, limit }: Input<typeof contract.listExhibits>): Promise<Reply<typeof contract.listExhibits>> {
  const place = after === undefined ? null : readCursor(after);
  const fits = (where: Where) => where.and([
    ...(caseId ? [where('e.caseId', '=', caseId)] : []), ...(placeId ? [where('e.placeId', '=', placeId)] : []), ...(state ? [where('e.state', '=', state)] : []),
    ...(whose === 'mine' ? [where('e.holderId', '=', me)] : whose === 'offered' ? [sql<boolean>`exists (select from exhibits.offer f where f.exhibit_id = e.id and f.state = 'waiting' and f.to_id = access.me())`] : []),
    ...(isOverdue ? [where('e.state', '=', 'lent'), where('e.dueBackAt', '<', ctx.now().toISOString())] : []),
    ...(q ? [sql<boolean>`e.id in (select f.record_id from platform.find_records(${q}, ${MOST_FOUND}) f)`] : []),
    ...(place ? [sql<boolean>`(e.received_at, e.id) < (${place.at}::timestamptz, ${place.id}::uuid)`] : []),
  ]);
  const found = await rows(exhibits.read(ctx, VIEW)).where(fits).orderBy('e.receivedAt', 'desc').orderBy('e.id', 'desc').limit(limit).execute();
  const last = found.at(-1);
  return { items: found.map(exhibitOf), next: last && found.length === limit ? cursorAfter(last.receivedAt, last.id) : null };
}

/** Receives an exhibit: numbered, held by who receives it, and its chain begun. */
export async function addExhibit(ctx: Ctx, { caseId, placeId, seal, ...given }: Input<typeof contract.addExhibit>): Promise<Standing> {
  return exhibits.writeMany(ctx, ADD, async (tx) => {
    const { wallId } = await openCase(tx, caseId);
    await checkPlace(tx, placeId);
    const receivedAt = ctx.now().toISOString();
    if (Date.parse(given.collectedAt) > Date.parse(receivedAt)) throw refuse('not_yet', 'It was collected before it was received. Check the time.', '/collectedAt');
    const row = { ...given, id: uuidv7(), number: await nextNumber(ctx, tx, 'EXH'), caseId, collectedAt: new Date(given.collectedAt).toISOString(), seal, state: 'held' as const, holderId: ctx.personId, placeId, lentTo: '', dueBackAt: null, receivedBy: ctx.personId, receivedAt, events: 0, wallId, version: 1 };
    await tx.insertInto('exhibits.exhibit').values(row).execute();
    const { changes, after } = await enter(ctx, tx, row, { kind: 'received', seal });
    const words = [row.number, row.title, row.marks, row.description.slice(0, 2000)].filter(Boolean).join(' ');
    return { changes: [{ verb: 'added', before: null, after: row, header: headerOf(row), words, erasable: ['title', 'description', 'marks', 'collectedWhere'] }, ...changes], result: standingOf(after) };
  });
}

const PERMISSIONS = [ADD, VIEW, RELEASE, 'ledger:read', 'files:write'] as const;

type Item = { fileId: string; derivedFrom: string | null; how: string; enteredAt: string };

const fileOf = ({ id, name, size, sha256, mediaType, preview, isDamaged }: StoredFile, item: Item | undefined): ExhibitFile => ({ id, name, size, sha256, mediaType, preview, isDamaged, derivedFrom: item?.derivedFrom ?? null, how: item?.how ?? '', enteredAt: item?.enteredAt ?? null });

/** One exhibit that the reader sees, the look recorded first. Throws 404. */
export async function seen(ctx: Ctx, id: string): Promise<Row> {
  const row = await rows(exhibits.read(ctx, VIEW)).where('e.id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  await recordLook(ctx, row);
  return row;
}

export async function readExhibit(ctx: Ctx, { id }: Input<typeof contract.readExhibit>): Promise<ExhibitDetail> {
  const row = await seen(ctx, id);
  const files = await filesOn(ctx, id, VIEW);
  const [items, offers, mine] = await exhibits.readAll(ctx, VIEW, (db) => [
    db.selectFrom('exhibits.item').select(['fileId', 'derivedFrom', 'how', 'enteredAt']).where('exhibitId', '=', id).limit(500),
    db.selectFrom('exhibits.offer as o').innerJoin('access.person as f', 'f.id', 'o.fromId').innerJoin('access.person as t', 't.id', 'o.toId').select(['o.id', 'o.fromId', 'f.name as from', 'o.toId', 't.name as to', 'o.purpose', 'o.offeredAt']).where('o.exhibitId', '=', id).where('o.state', '=', 'waiting'),
    db.selectFrom(sql<{ permission: string }>`unnest(${[...PERMISSIONS]}::text[])`.as<'p'>(sql`p(permission)`)).select('p.permission').where(sql<boolean>`access.may_at(null, ${row.wallId}::uuid, p.permission)`),
  ]);
  const [[offer], entered] = [offers, new Map(items.map((item) => [item.fileId, item]))];
  return {
    ...exhibitOf(row), description: row.description, marks: row.marks, collectedAt: row.collectedAt, collectedWhere: row.collectedWhere, packaging: row.packaging, receivedBy: row.receiverName, events: row.events, files: files.map((file) => fileOf(file, entered.get(file.id))),
    offer: offer ? { id: offer.id, from: { id: offer.fromId, name: offer.from }, to: { id: offer.toId, name: offer.to }, purpose: offer.purpose, offeredAt: offer.offeredAt } : null, mine: mine.map(({ permission }) => permission),
  };
}

/** The chain as it stands, with the first gap where there is one. */
export async function listCustody(ctx: Ctx, { id }: Input<typeof contract.listCustody>): Promise<Reply<typeof contract.listCustody>> {
  await seen(ctx, id);
  const found = await exhibits.read(ctx, VIEW).selectFrom('exhibits.custody as c').innerJoin('access.person as a', 'a.id', 'c.actorId').leftJoin('access.person as h', 'h.id', 'c.holder').leftJoin('exhibits.place as p', 'p.id', 'c.place').leftJoin('exhibits.item as f', 'f.fileId', 'c.fileId').leftJoin('exhibits.bundle as b', 'b.id', 'c.bundleId')
    .select(['c.id', 'c.seq', 'c.at', 'c.kind', 'a.name as by', 'c.holder as holderId', 'c.holderBefore', 'c.place as placeId', 'c.placeBefore', 'h.name as holder', 'p.code as place', 'c.seal', 'c.isSealWhole', 'c.note', 'f.name as file', 'b.number as bundle']).where('c.exhibitId', '=', id).orderBy('c.seq').limit(5000).execute();
  const fault = faultOfChain(found.map((one) => ({ ...one, holder: one.holderId, place: one.placeId })));
  return { items: found.map(({ holderId: _h, holderBefore: _b, placeId: _p, placeBefore: _q, ...event }) => event), gap: fault?.reason ?? null };
}

/** Number and QR code of its label: the number alone, which says nothing to who finds it. */
export async function readLabel(ctx: Ctx, { id }: Input<typeof contract.readLabel>): Promise<Reply<typeof contract.readLabel>> {
  const { number } = await seen(ctx, id);
  const dark = encodeQr(number, 'raw', { ecc: 'quartile', border: 4 });
  return { number, size: dark.length, path: dark.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('') };
}
