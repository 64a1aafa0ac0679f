import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import { notFound } from '#platform/kernel/problem.ts';
import { ROLES } from '#modules/identity/public.ts';
import { eventTypes } from '#modules/signals/public.ts';
import { checkProcedure, type Fault, type Procedure } from './rules.ts';
import type { Tables } from './tables.gen.ts';

export const procedures = store<Tables>('procedures');
export type Tx = Parameters<Parameters<typeof procedures.writeMany>[2]>[0];
export type Db = Pick<Parameters<Parameters<typeof procedures.readAll>[2]>[0], 'selectFrom'>;

export const READ = 'procedures:read';
export const WRITE = 'procedures:write';
export const PUBLISH = 'procedures:publish';
export const FOLLOW = 'procedures:follow';
export const END = 'procedures:end';

const types: ReadonlySet<string> = new Set(eventTypes.map(({ key }) => key));
const roles: ReadonlySet<string> = new Set(ROLES.map(({ key }) => key));

/** What the checker says of it, with the procedures that there are. */
export async function faultsOf(db: Db, content: Procedure): Promise<Fault[]> {
  const keys = await db.selectFrom('procedures.procedure').select('key').execute();
  return checkProcedure(content, { types, roles, procedures: new Set([...keys.map(({ key }) => key), content.key]) });
}

export type ProcedureRow = { id: string; key: string; title: string; active: number | null; latest: number };

export async function procedureById(db: Db, id: string): Promise<ProcedureRow> {
  const row = await db.selectFrom('procedures.procedure').select(['id', 'key', 'title', 'active', 'latest']).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  return row;
}

export async function contentOf(db: Db, procedureId: string, version: number): Promise<{ content: Procedure; madeBy: string | null }> {
  const row = await db.selectFrom('procedures.version').select(['content', 'madeBy']).where('procedureId', '=', procedureId).where('version', '=', version).executeTakeFirst();
  if (!row) throw notFound();
  return { content: row.content as Procedure, madeBy: row.madeBy };
}

/** A change of the organisation's settings: a procedure is no record of a site. */
export const about = (verb: string, id: string, after: object): Change<{ id: string }> => ({ verb, before: null, after: { id, ...after }, of: { recordId: id, siteId: null, wallId: null, readPermission: READ }, erasable: ['reason'] });

export const at = (ctx: Ctx): string => ctx.now().toISOString();
