import { v7 as uuidv7 } from 'uuid';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { IncidentRow, Tx } from '../record.ts';
import { refuseField } from '../refusals.ts';
import { checkMay } from './command-row.ts';

export type Seated = { id: string; seat: number; personId: string | null; name: string; agency: string };
/** Somebody with an account, or somebody of another organisation by name. */
export type Who = { personId?: string | undefined; name?: string | undefined; agency: string };

const selectHolders = (tx: Tx) =>
  tx.selectFrom('incidents.positionHolder as h').leftJoin('access.person as p', 'p.id', 'h.personId').select(({ fn, ref }) => ['h.id', 'h.seat', 'h.personId', fn.coalesce('p.name', ref('h.name')).as('name'), 'h.agency', 'h.positionId']).where('h.untilAt', 'is', null);

export const holdersOf = (tx: Tx, positionId: string): Promise<Seated[]> => selectHolders(tx).where('h.positionId', '=', positionId).orderBy('h.seat').execute();

/** Who commands: one, or those who do it together; and the position that they fill. */
export async function commandersOf(tx: Tx, activationId: string): Promise<{ positionId: string; seated: Seated[] }> {
  const post = await tx.selectFrom('incidents.commandPosition').select('id').where('activationId', '=', activationId).where('kind', '=', 'commander').executeTakeFirstOrThrow();
  return { positionId: post.id, seated: await holdersOf(tx, post.id) };
}

export async function seatHolder(ctx: Ctx, tx: Tx, incident: IncidentRow, { positionId, seat = 0, who, permission }: { positionId: string; seat?: number; who: Who; permission: string }): Promise<Seated> {
  if ((who.personId === undefined) === (who.name === undefined)) throw refuseField('/personId', 'incidents.name_one', 'Choose a person, or write the name of somebody who has no account here.');
  const known = who.personId === undefined ? null : await checkMay(tx, who.personId, incident, permission, '/personId');
  const row = { id: uuidv7(), seat, personId: who.personId ?? null, name: who.name ?? '', agency: who.agency };
  await tx.insertInto('incidents.positionHolder').values({ ...row, incidentId: incident.id, positionId, fromAt: ctx.now().toISOString(), fromBy: ctx.personId }).execute();
  return { ...row, name: known ?? row.name };
}

export const endHolders = (ctx: Ctx, tx: Tx, ids: readonly string[]) =>
  tx.updateTable('incidents.positionHolder').set({ untilAt: ctx.now().toISOString(), untilBy: ctx.personId }).where('id', 'in', [...ids]).execute();

export const wordsOfHolder = ({ name, agency }: Pick<Seated, 'name' | 'agency'>): string => (agency === '' ? name : `${name} (${agency})`);

/** 409 that says who commands now. */
export function commandedBy(seated: readonly Seated[], then: string): Problem {
  const by = seated.map(wordsOfHolder).join(' and ');
  return new Problem('conflict', 'incidents.commanded', `${by} ${seated.length > 1 ? 'hold' : 'holds'} command. ${then}`, { by, byId: seated[0]?.personId ?? null });
}

/** My seat in the command. Throws 409 with who commands where I do not. */
export function mySeat(ctx: Ctx, seated: readonly Seated[], then: string): Seated {
  const mine = seated.find(({ personId }) => personId === ctx.personId);
  if (!mine) throw commandedBy(seated, then);
  return mine;
}

