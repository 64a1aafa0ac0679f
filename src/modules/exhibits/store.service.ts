import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import { ADD, enter, exhibits, holdExhibit, VIEW } from './exhibit-row.ts';
import { numberIn } from './rules.ts';

const MOST_PLACES = 1000;

export async function listPlaces(ctx: Ctx): Promise<Reply<typeof contract.listPlaces>> {
  const items = await exhibits.read(ctx, VIEW).selectFrom('exhibits.place as p').select(['p.id', 'p.code', 'p.name', sql<number>`(select count(*)::int from exhibits.exhibit e where e.place_id = p.id)`.as('here')]).orderBy('p.code').limit(MOST_PLACES).execute();
  return { items };
}

export async function addPlace(ctx: Ctx, { code, name }: Input<typeof contract.addPlace>): Promise<Reply<typeof contract.addPlace>> {
  return exhibits.writeMany(ctx, ADD, async (tx) => {
    const row = { id: uuidv7(), code, name, addedAt: ctx.now().toISOString() };
    const made = await tx.insertInto('exhibits.place').values(row).onConflict((conflict) => conflict.column('code').doNothing()).executeTakeFirst();
    if (made.numInsertedOrUpdatedRows === 0n) throw new Problem('conflict', 'exhibits.code_taken', 'Another place has this code.', { errors: [{ pointer: '/code', detail: 'Another place has this code.' }] });
    return { changes: [{ verb: 'place-added', before: null, after: row, of: { recordId: row.id, siteId: null, wallId: null, readPermission: VIEW } }], result: { id: row.id, code } };
  });
}

/** An audit of one place: what lies there by the books, as far as the auditor sees it, against the labels that were scanned. */
export async function auditPlace(ctx: Ctx, { id, scanned }: Input<typeof contract.auditPlace>): Promise<Reply<typeof contract.auditPlace>> {
  return exhibits.writeMany(ctx, ADD, async (tx) => {
    const place = await tx.selectFrom('exhibits.place').select(['id', 'code']).where('id', '=', id).executeTakeFirst();
    if (!place) throw notFound();
    const numbers = new Set(scanned.map((one) => numberIn(one) ?? one));
    const may = sql<boolean>`access.may_at(null, e.wall_id, ${ADD})`;
    const known = await tx.selectFrom('exhibits.exhibit as e').select(['e.id', 'e.number', 'e.placeId']).where((where) => where.and([where.or([where('e.placeId', '=', id), sql<boolean>`e.number = any (${[...numbers]}::text[])`]), may])).orderBy('e.id').execute();
    const answer = { found: [] as string[], missing: [] as string[], misplaced: [] as string[] };
    const changes: Change<{ id: string }>[] = [];
    for (const { id: exhibitId, number, placeId } of known) {
      const how = placeId !== id ? 'misplaced' : numbers.has(number) ? 'found' : 'missing';
      answer[how].push(number);
      const row = await holdExhibit(tx, exhibitId, ADD);
      changes.push(...(await enter(ctx, tx, row, { kind: 'audited', note: `${place.code}: ${how}` })).changes);
    }
    const seen = new Set(known.map(({ number }) => number));
    return { changes, result: { ...answer, unknown: [...numbers].filter((number) => !seen.has(number)) } };
  });
}
