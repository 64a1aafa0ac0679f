import type { Insertable, Selectable } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { utc } from '../given.ts';
import type { Tx } from '../record.ts';
import { refuseField } from '../refusals.ts';
import { MOST_RESOURCES } from '../resource-contract.ts';
import type { IncidentsResource, IncidentsResourceMove } from '../tables.gen.ts';

export const FIELDS = [
  'id', 'seq', 'kind', 'name', 'identifier', 'agency', 'leader', 'persons', 'contact', 'qualifications', 'notes', 'orderNumber', 'state', 'stateAt', 'expectedAt', 'departedFrom', 'departedAt', 'travel', 'checkedInAt',
  'place', 'assignedTo', 'releaseAt', 'requestedAt', 'version', 'struckAt', 'struckReason',
] as const;
export const CARD = FIELDS.map((field) => `r.${field}` as const);
export type CardRow = Omit<Selectable<IncidentsResource>, 'incidentId' | 'checkedInBy' | 'requestedBy' | 'struckBy'>;

/** Words of a card in which somebody may be named: the ledger keeps their salted hashes. */
export const CARD_TEXTS = ['name', 'identifier', 'agency', 'leader', 'contact', 'qualifications', 'notes', 'orderNumber', 'departedFrom', 'travel', 'place', 'assignedTo', 'words'] as const;

/** When something happened: as given, or now. Throws 422 for a time that lies ahead. */
export function happenedAt(ctx: Ctx, at: string | undefined): string {
  const now = ctx.now().toISOString();
  const given = at === undefined ? now : utc(at);
  if (Date.parse(given) > Date.parse(now) + 60_000) throw refuseField('/at', 'incidents.not_yet', 'This says what has happened; give a time that has passed.');
  return given;
}

/** A card of this incident as it stands now. Throws 404. */
export async function cardOf(tx: Tx, incidentId: string, rowId: string): Promise<CardRow> {
  const card = await tx.selectFrom('incidents.resource as r').select(CARD).where('r.id', '=', rowId).where('r.incidentId', '=', incidentId).executeTakeFirst();
  if (!card) throw notFound();
  return card;
}

/** The next number of a card within its incident, which is held. Throws 422 where the board is full. */
export async function nextSeq(tx: Tx, incidentId: string): Promise<number> {
  const { most } = await tx.selectFrom('incidents.resource').select((e) => e.fn.max('seq').as('most')).where('incidentId', '=', incidentId).executeTakeFirstOrThrow();
  const seq = Number(most ?? 0) + 1;
  if (seq > MOST_RESOURCES) throw new Problem('refused', 'incidents.board_full', `A board takes ${MOST_RESOURCES} cards. Put several people on one card as a team.`);
  return seq;
}

type Move = Pick<Insertable<IncidentsResourceMove>, 'resourceId' | 'verb' | 'was' | 'became' | 'at' | 'words'>;

/** Writes a move of a card down, with when it happened and when it was noted. */
export const noteMove = (ctx: Ctx, tx: Tx, incidentId: string, move: Move) =>
  tx.insertInto('incidents.resourceMove').values({ id: uuidv7(), incidentId, ...move, notedAt: ctx.now().toISOString(), byId: ctx.personId }).execute();

/** Who moved it there before: for whoever came second. */
export async function movedBefore(tx: Tx, card: CardRow): Promise<Problem> {
  const last = await tx.selectFrom('incidents.resourceMove as m').innerJoin('access.person as p', 'p.id', 'm.byId').select(['p.name', 'm.notedAt']).where('m.resourceId', '=', card.id).orderBy('m.notedAt', 'desc').orderBy('m.id', 'desc').limit(1).executeTakeFirst();
  const by = card.struckAt === null ? (last?.name ?? null) : null;
  const stands = card.struckAt === null ? card.state : 'struck';
  return new Problem('conflict', 'incidents.card_stands', `“${card.name}” is ${stands.replaceAll('-', ' ')}${by ? `: ${by} put it there` : ''}. Read the board again.`, { state: stands, by, at: last?.notedAt ?? null });
}
