import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx, Header } from '#platform/kernel/store.ts';
import { decisionKind } from '#platform/two-person/kinds.ts';
import { propose } from '#platform/two-person/propose.service.ts';
import type * as contract from './contract.ts';
import type { Cover, Hold } from './contract.ts';
import { at, type Db, DECIDED_WITHIN_MINUTES, HOLD, personOf, READ, retention, type Tx } from './rows.ts';

const rows = (db: Db) =>
  db.selectFrom('retention.hold as h').innerJoin('access.person as c', 'c.id', 'h.custodianId').innerJoin('access.person as p', 'p.id', 'h.placedBy').leftJoin('access.person as r', 'r.id', 'h.releasedBy')
    .select(['h.id', 'h.number', 'h.matter', 'h.reason', 'h.custodianId', 'c.name as custodian', 'h.state', 'h.siteId', 'h.wallId', 'h.keepsBackups', 'h.placedBy', 'p.name as placer', 'h.placedAt', 'h.releasedBy', 'r.name as releaser', 'h.releasedAt', 'h.releaseReason']);
type Row = Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number];

const holdOf = ({ custodianId, custodian, placedBy, placer, releasedBy, releaser, wallId, ...row }: Row): Hold => ({
  ...row, isWalled: wallId !== null, custodian: { id: custodianId, name: custodian }, placedBy: { id: placedBy, name: placer }, releasedBy: personOf(releasedBy, releaser),
});

export async function listHolds(ctx: Ctx, { state, after, limit }: Input<typeof contract.listHolds>): Promise<Reply<typeof contract.listHolds>> {
  const place = after === undefined ? null : readCursor(after);
  let query = rows(retention.read(ctx, READ)).orderBy('h.placedAt', 'desc').orderBy('h.id', 'desc').limit(limit);
  if (state) query = query.where('h.state', '=', state);
  if (place) query = query.where(sql<boolean>`(h.placed_at, h.id) < (${place.at}::timestamptz, ${place.id}::uuid)`);
  const found = await query.execute();
  const last = found.at(-1);
  return { items: found.map(holdOf), next: last && found.length === limit ? cursorAfter(last.placedAt, last.id) : null };
}

export async function readHold(ctx: Ctx, { id }: Input<typeof contract.readHold>): Promise<Reply<typeof contract.readHold>> {
  const [found, covers] = await retention.readAll(ctx, READ, (db) => [
    rows(db).where('h.id', '=', id),
    db.selectFrom('retention.scope as s').leftJoin('platform.record as r', 'r.id', 's.recordId').leftJoin('access.person as p', 'p.id', 's.personId').leftJoin('platform.record as t', 't.id', 's.siteId')
      .select(['s.recordId', 's.personId', 's.siteId', 's.kind', 's.fromAt', 's.tillAt', 'r.number', 'r.title', 'r.kind as recordKind', 'p.name as person', 't.title as site']).where('s.holdId', '=', id).orderBy('s.id'),
  ] as const);
  const [hold] = found;
  if (!hold) throw notFound();
  if (hold.wallId !== null) await retention.recordLook(ctx, { id, siteId: hold.siteId, wallId: hold.wallId, readPermission: READ });
  return {
    ...holdOf(hold),
    covers: covers.map(({ fromAt, tillAt, number, title, recordKind, ...cover }) => ({ ...cover, from: fromAt, till: tillAt, record: recordKind === null ? null : { number, title: title ?? '', kind: recordKind } })),
  };
}

type Placing = Input<typeof contract.placeHold>;

/**
 * Places a hold. When this answers, nothing that it covers is removed any more: it waited for whoever was removing, and
 * they look again. A hold that names a walled record stands behind that wall.
 */
export async function placeHold(ctx: Ctx, input: Placing): Promise<Reply<typeof contract.placeHold>> {
  return retention.writeMany(ctx, HOLD, async (tx) => {
    const label = await labelOf(tx, input);
    await checkReach(tx, label, input.covers);
    const id = uuidv7();
    const [{ number }] = (await tx.selectNoFrom([sql<string>`platform.next_number(${label.wallId === null ? 'HLD' : 'HLD-W'}, ${ctx.now().getUTCFullYear()})`.as('number')]).execute()) as [{ number: string }];
    const row = { id, number, matter: input.matter, reason: input.reason, custodianId: input.custodianId, ...label, keepsBackups: input.keepsBackups, placedBy: ctx.personId, placedAt: at(ctx) };
    await tx.insertInto('retention.hold').values(row).execute();
    await tx.insertInto('retention.scope').values(input.covers.map(({ from, till, ...cover }) => ({ id: uuidv7(), holdId: id, ...within(cover, label), fromAt: from, tillAt: till }))).execute();
    return { changes: [{ verb: 'hold-placed', before: null, after: { ...row, covers: input.covers }, header: headerOf({ ...row, state: 'active' }), words: `${row.matter} ${row.number}`, erasable: ['matter', 'reason'] }], result: { id, number } };
  });
}

const headerOf = (row: { number: string; matter: string; state: string; siteId: string | null; wallId: string | null; placedAt: string }): Header => ({
  kind: 'retention.hold', number: row.number, title: row.matter, state: row.state, siteId: row.siteId, wallId: row.wallId, readPermission: READ, at: row.placedAt,
});

type Label = { siteId: string | null; wallId: string | null };

/** Where the hold stands: behind the wall of what it covers, or of the record that its placer names. */
async function labelOf(tx: Tx, { siteId, behindWallOf, covers }: Placing): Promise<Label> {
  const named = [...new Set([...covers.flatMap(({ recordId }) => recordId ?? []), ...(behindWallOf ?? '' ? [behindWallOf as string] : [])])];
  const seen = named.length === 0 ? [] : await tx.selectFrom('platform.record').select(['id', 'wallId']).where('id', 'in', named).execute();
  if (seen.length < named.length) throw new Problem('forbidden', 'retention.no_such_record', 'A record that this names is not there, or is not for you to see.');
  const walls = [...new Set(seen.flatMap(({ wallId }) => wallId ?? []))];
  if (walls.length > 1) throw new Problem('refused', 'retention.two_walls', 'This names records behind different walls. Place a hold for each wall.');
  if (behindWallOf !== null && walls.length === 0) throw new Problem('refused', 'retention.no_wall', 'That record stands behind no wall.');
  return { siteId, wallId: walls[0] ?? null };
}

/** A hold of one site covers what is there, unless a line names a record or another site. */
const within = <One extends Pick<Cover, 'recordId' | 'siteId'>>(cover: One, { siteId }: Label): One => (cover.recordId === null && cover.siteId === null ? { ...cover, siteId } : cover);

/** Who may place holds at some sites, or behind a wall, covers records that they see and sites of theirs. */
async function checkReach(tx: Tx, label: Label, covers: readonly Cover[]): Promise<void> {
  const [row] = await tx.selectNoFrom([sql<boolean>`access.org_may(${HOLD})`.as('everywhere')]).execute();
  if (row?.everywhere) return;
  for (const cover of covers) {
    const { recordId, siteId } = within(cover, label);
    if (recordId !== null) continue;
    const [reach] = siteId === null ? [] : await tx.selectNoFrom([sql<boolean>`access.may_at(${siteId}::uuid, null, ${HOLD})`.as('may')]).execute();
    if (!reach?.may) throw new Problem('forbidden', 'retention.beyond_reach', 'You may place holds at some sites only: name a site of yours, or a record, in each line of what is covered.');
  }
}

const release = decisionKind({
  key: 'retention.release', permission: HOLD, expiresMinutes: DECIDED_WITHIN_MINUTES, payload: z.object({ holdId: z.uuid() }),
  run: async (ctx, { holdId }, { reason }) => {
    await retention.writeMany(ctx, HOLD, async (tx) => {
      const row = await tx.updateTable('retention.hold').set({ state: 'released', releasedBy: ctx.personId, releasedAt: at(ctx), releaseReason: reason, version: sql`version + 1` }).where('id', '=', holdId).where('state', '=', 'active')
        .returning(['id', 'number', 'matter', 'state', 'siteId', 'wallId', 'placedAt']).executeTakeFirst();
      if (!row) throw new Problem('conflict', 'retention.released', 'This hold was released already.');
      return { changes: [{ verb: 'hold-released', before: { id: holdId, state: 'active' }, after: { id: holdId, state: 'released', reason }, header: headerOf(row), erasable: ['reason'] }], result: null };
    });
  },
});

export async function releaseHold(ctx: Ctx, { id, reason }: Input<typeof contract.releaseHold>): Promise<Reply<typeof contract.releaseHold>> {
  return retention.writeMany(ctx, HOLD, async (tx) => {
    const hold = await rows(tx).where('h.id', '=', id).executeTakeFirst();
    if (!hold) throw notFound();
    if (hold.state !== 'active') throw new Problem('conflict', 'retention.released', `This hold was released already${hold.releaser ? `, by ${hold.releaser}` : ''}.`);
    const facts = { hold: hold.number, matter: hold.matter, custodian: hold.custodian };
    return { changes: [], result: await propose(ctx, release, { payload: { holdId: id }, facts, of: { recordId: id, siteId: hold.siteId, wallId: hold.wallId }, reason }) };
  });
}

/** The active holds on a record; none where the reader does not see the record. */
export async function listMarks(ctx: Ctx, { recordId }: Input<typeof contract.listMarks>): Promise<Reply<typeof contract.listMarks>> {
  const items = await retention.read(ctx, READ).selectFrom('retention.hold as h').select(['h.id', 'h.number', 'h.matter']).where('h.state', '=', 'active')
    .where(sql<boolean>`exists (select from platform.record r where r.id = ${recordId}::uuid) and h.id in (select x.hold_id from retention.holds_on(${recordId}::uuid) x)`).orderBy('h.placedAt').execute();
  return { items };
}
