import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input } from '#platform/kernel/contract.ts';
import { notAllowed } from '#platform/kernel/access.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { Standing } from '../contract.ts';
import type * as contract from '../cost-contract.ts';
import type { CostLine, CostSheet } from '../cost-contract.ts';
import { costSheet, type Giver, priceOf } from '../cost-rules.ts';
import { recordLook } from '../looks.ts';
import { mergedFrom, withMerged } from '../merges/merge-rows.ts';
import { changeLine, incidents, type Tx } from '../record.ts';
import { refuseField } from '../refusals.ts';

export const COST = 'incidents:cost';
type Db = Parameters<Parameters<typeof incidents.readAll>[2]>[0];

const lineQuery = (db: Db, id: string) =>
  db.selectFrom('incidents.costLine as l').leftJoin('access.person as a', 'a.id', 'l.addedBy').leftJoin('access.person as s', 's.id', 'l.struckBy')
    .select(['l.id', 'l.kind', 'l.description', 'l.reference', 'l.minutes', 'l.rateMinor', 'l.amountMinor', 'l.currency', 'l.isEstimate', sql<string | null>`coalesce(l.instead_of_card, l.instead_of_holder)`.as('insteadOf'),
      sql<string>`coalesce(a.name, '')`.as('addedBy'), 'l.addedAt', 'l.struckAt', 's.name as struckBy', 'l.struckReason', mergedFrom('l.incidentId', id).as('mergedFrom')])
    .where('l.incidentId', 'in', withMerged(id)).orderBy('l.addedAt').orderBy('l.id').limit(1_000);

const cardQuery = (db: Db, id: string) =>
  db.selectFrom('incidents.resource as r').select(['r.id', 'r.kind', 'r.name', 'r.agency', 'r.persons', 'r.state', 'r.stateAt', 'r.checkedInAt', mergedFrom('r.incidentId', id).as('mergedFrom')])
    .where('r.incidentId', 'in', withMerged(id)).where('r.checkedInAt', 'is not', null).orderBy('r.seq').limit(2_000);

const holderQuery = (db: Db, id: string) =>
  db.selectFrom('incidents.positionHolder as h').innerJoin('incidents.commandPosition as x', 'x.id', 'h.positionId').innerJoin('incidents.activation as a', 'a.id', 'x.activationId').leftJoin('access.person as p', 'p.id', 'h.personId')
    .select(['h.id', sql<string>`coalesce(p.name, h.name)`.as('name'), 'h.agency', 'h.fromAt', sql<string | null>`least(h.until_at, a.ended_at)`.as('until'), mergedFrom('h.incidentId', id).as('mergedFrom')])
    .where('h.incidentId', 'in', withMerged(id)).orderBy('h.fromAt').limit(2_000);

const rateQuery = (db: Db) => db.selectFrom('incidents.hourlyRate').select(['what', 'agency', 'rateMinor', 'currency', 'validFrom', 'setAt']).where('struckAt', 'is', null).limit(2_000);

/** Whether this reader may see what an incident with this label cost. */
export const mayCost = (db: Pick<Tx, 'selectFrom'>, { siteId, wallId }: { siteId: string | null; wallId: string | null }) =>
  db.selectFrom(sql<{ may: boolean }>`(select access.may_at(${siteId}::uuid, ${wallId}::uuid, ${COST}) as may)`.as('m')).select('may').executeTakeFirstOrThrow().then(({ may }) => may);

/** What an incident cost, also what was merged into it; for who may see it there (403 else). */
export async function readCost(ctx: Ctx, { id }: Input<typeof contract.readCost>): Promise<CostSheet> {
  const [rows, lines, cards, holders, losses, rates] = await incidents.readAll(ctx, COST, (db) => [
    db.selectFrom('incidents.incident').select(['id', 'siteId', 'wallId', 'state', 'noLoss']).where('id', '=', id), lineQuery(db, id), cardQuery(db, id), holderQuery(db, id),
    db.selectFrom('incidents.loss').select(['currency', 'amountMinor', 'recoveredMinor', 'isEstimate']).where('incidentId', 'in', withMerged(id)).where('struckAt', 'is', null), rateQuery(db),
  ]);
  const row = rows[0];
  if (!row) throw notFound();
  if (!(await mayCost(incidents.read(ctx, COST) as unknown as Tx, row))) throw notAllowed(COST);
  await recordLook(ctx, row);
  const givers: Giver[] = [
    ...cards.map(({ kind, persons, state, stateAt, checkedInAt, ...card }): Giver => ({ ...card, source: 'card', what: kind as Giver['what'], units: kind === 'team' ? persons : 1, from: checkedInAt ?? stateAt, until: state === 'released' ? stateAt : null })),
    ...holders.map(({ fromAt, ...holder }): Giver => ({ ...holder, source: 'holder', what: 'holder', units: 1, from: fromAt })),
  ];
  const now = ctx.now().toISOString();
  const given = lines as CostLine[];
  return { ...costSheet({ givers, rates: rates as Parameters<typeof costSheet>[0]['rates'], lines: given, losses, noLoss: row.noLoss, isOpen: row.state === 'open', now }), lines: given, cutOffAt: now };
}

/** Enters a cost, also once the incident is closed: bills come late. */
export function addCost(ctx: Ctx, { id, insteadOf, amountMinor: given, ...line }: Input<typeof contract.addCost>): Promise<Standing> {
  return changeLine(ctx, id, async (tx) => {
    const amountMinor = amountOf({ ...line, given });
    const instead = insteadOf === null ? {} : await giverOf(tx, id, insteadOf);
    const row = { id: uuidv7(), ...line, amountMinor, ...instead };
    await tx.insertInto('incidents.costLine').values({ ...row, incidentId: id, addedBy: ctx.personId, addedAt: ctx.now().toISOString() }).execute();
    return { verb: 'cost-added', row, erasable: ['description', 'reference'] };
  }, COST);
}

/** The amount as given, or what hours come to. */
function amountOf({ kind, minutes, rateMinor, given }: { kind: string; minutes?: number | undefined; rateMinor?: number | undefined; given: number | undefined }): number {
  if (kind === 'hours' && (minutes === undefined || rateMinor === undefined)) throw refuseField(minutes === undefined ? '/minutes' : '/rateMinor', 'incidents.say_hours', 'Hours need how many minutes, and what an hour costs.');
  if (kind !== 'hours' && (given === undefined || minutes !== undefined || rateMinor !== undefined)) throw refuseField('/amountMinor', 'incidents.say_amount', 'Give the amount; minutes and a rate belong to hours.');
  return kind === 'hours' ? priceOf(minutes ?? 0, rateMinor ?? 0) : (given ?? 0);
}

/** Whose measured hours a line stands for; once at a time. */
async function giverOf(tx: Tx, id: string, insteadOf: string): Promise<{ insteadOfCard: string } | { insteadOfHolder: string }> {
  const card = await tx.selectFrom('incidents.resource').select('id').where('id', '=', insteadOf).where('incidentId', '=', id).executeTakeFirst();
  const holder = card ? undefined : await tx.selectFrom('incidents.positionHolder').select('id').where('id', '=', insteadOf).where('incidentId', '=', id).executeTakeFirst();
  if (!card && !holder) throw refuseField('/insteadOf', 'incidents.no_such_hours', 'Choose measured hours of this incident.');
  const taken = await tx.selectFrom('incidents.costLine').select('description').where('struckAt', 'is', null).where((eb) => eb.or([eb('insteadOfCard', '=', insteadOf), eb('insteadOfHolder', '=', insteadOf)])).executeTakeFirst();
  if (taken) throw new Problem('conflict', 'incidents.hours_in_line', `“${taken.description}” stands for these hours already. Strike it first.`);
  return card ? { insteadOfCard: card.id } : { insteadOfHolder: insteadOf };
}

export function strikeCost(ctx: Ctx, { id, rowId, reason }: Input<typeof contract.strikeCost>): Promise<Standing> {
  return changeLine(ctx, id, async (tx) => {
    const done = await tx.updateTable('incidents.costLine').set({ struckAt: ctx.now().toISOString(), struckBy: ctx.personId, struckReason: reason }).where('id', '=', rowId).where('incidentId', '=', id).where('struckAt', 'is', null).returning('id').executeTakeFirst();
    if (!done) throw await struckBefore(tx, id, rowId);
    return { verb: 'cost-struck', row: { id: rowId, reason } };
  }, COST);
}

async function struckBefore(tx: Tx, id: string, rowId: string): Promise<Problem> {
  const before = await tx.selectFrom('incidents.costLine as l').leftJoin('access.person as p', 'p.id', 'l.struckBy').select(['p.name', 'l.struckAt']).where('l.id', '=', rowId).where('l.incidentId', '=', id).executeTakeFirst();
  return before ? new Problem('conflict', 'incidents.already_struck', `${before.name ?? 'Somebody'} struck it already.`, { by: before.name, at: before.struckAt }) : notFound();
}
