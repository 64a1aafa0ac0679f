import { sql } from 'kysely';
import { notAllowed } from '#platform/kernel/access.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import type { Exercise } from './contract.ts';
import { marked, mayFrom, PERMISSION, type State, type Verb } from './rules.ts';
import type { Tables } from './tables.gen.ts';

export const exercises = store<Tables>('exercises');
export type Tx = Parameters<Parameters<typeof exercises.writeMany>[2]>[0];
export type Db = Pick<Tx, 'selectFrom'>;

/** Exercises with names, under the reader's sight. */
export const rows = (db: Db) =>
  db.selectFrom('exercises.exercise as x').innerJoin('access.person as p', 'p.id', 'x.plannedBy').leftJoin('access.person as e', 'e.id', 'x.endedBy').leftJoin('access.person as v', 'v.id', 'x.evaluatedBy')
    .select([
      'x.id', 'x.number', 'x.title', 'x.kind', 'x.scenario', 'x.siteId', 'x.state', 'x.plannedFor', 'x.plannedBy', 'x.plannedAt', 'x.runS', 'x.clockFrom', 'x.startedAt', 'x.endedAt', 'x.endedBy', 'x.endNote', 'x.sourceId', 'x.isCleared', 'x.summary', 'x.evaluatedBy', 'x.evaluatedAt', 'x.version',
      'p.name as plannerName', 'e.name as enderName', 'v.name as evaluatorName',
      sql<string | null>`(select s.name from sites.v_site s where s.id = x.site_id)`.as('site'), sql<string | null>`(select s.time_zone from sites.v_site s where s.id = x.site_id)`.as('timeZone'),
      sql<Exercise['myRole']>`(select a.role from exercises.participant a where a.exercise_id = x.id and a.person_id = access.me() and a.out_at is null)`.as('myRole'),
    ]);
export type Row = Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number];

export const seen = (db: Db, id: string): Promise<Row | undefined> => rows(db).where('x.id', '=', id).executeTakeFirst();

export const exerciseOf = ({ id, number, title, kind, siteId, site, timeZone, state, plannedFor, startedAt, endedAt, runS, clockFrom, myRole, version }: Row): Exercise =>
  ({ id, number, title, kind, siteId, site, timeZone, state, plannedFor, startedAt, endedAt, runS, clockFrom, myRole, version });

type Fact = { id: string };
const TEXTS = ['scenario', 'endNote', 'summary', 'reason', 'text', 'observation', 'recommendation'];

/** What stands in lists, notices and search: the mark comes first. */
export const headerOf = ({ number, title, state, siteId, plannedFor }: Pick<Row, 'number' | 'title' | 'state' | 'siteId' | 'plannedFor'>): NonNullable<Change<Fact>['header']> =>
  ({ kind: 'exercises.exercise', number, title: marked(title), state, siteId, wallId: null, readPermission: 'exercises:read', at: plannedFor });

/** A change of an exercise; `more` is what was done in it. */
export const changeOf = (verb: string, before: Row | null, after: Row, more: object = {}): Change<Fact> => {
  const bare = ({ plannerName: _p, enderName: _e, evaluatorName: _v, site: _s, timeZone: _t, myRole: _m, ...row }: Row): Fact => row;
  const none = Object.fromEntries(Object.keys(more).map((key) => [key, null]));
  return { verb, before: before && { ...bare(before), ...none }, after: { ...bare(after), ...more }, header: headerOf(after), erasable: TEXTS, words: [after.number, marked(after.title), after.scenario.slice(0, 2000)].join(' ') };
};

export const refuse = (code: string, detail: string, pointer: string): Problem => new Problem('refused', `exercises.${code}`, detail, { errors: [{ pointer, detail }] });

const WORDS: Record<State, string> = { planned: 'planned', running: 'running', paused: 'paused', ended: 'over', evaluated: 'evaluated', cancelled: 'cancelled' };

/** Who sees an exercise and may not do this is told that first. */
export async function checkMay(tx: Tx, { siteId }: Pick<Row, 'siteId'>, permission: string): Promise<void> {
  const [row] = await tx.selectFrom(sql<{ may: boolean }>`(select access.may_at(${siteId}::uuid, null, ${permission}) as may)`.as('m')).select('may').execute();
  if (!row?.may) throw notAllowed(permission);
}

/** Takes the exercise for this transaction: 404 where it is not seen, 403 where not the writer's, 412 under another version, 409 where it has gone on. */
export async function holdExercise(ctx: Ctx, tx: Tx, id: string, verb: Verb, permission: string = PERMISSION[verb]): Promise<Row> {
  const first = await seen(tx, id);
  if (!first) throw notFound();
  await checkMay(tx, first, permission);
  await tx.selectFrom('exercises.exercise').select('id').where('id', '=', id).forUpdate().execute();
  const row = await seen(tx, id);
  if (!row) throw notFound();
  if (ctx.ifMatch !== undefined && ctx.ifMatch !== row.version) throw new Problem('stale', 'exercises.changed_meanwhile', 'Somebody changed this exercise since you read it. Look again, then change it.');
  if (!mayFrom(verb, row.state)) throw new Problem('conflict', 'exercises.already', `It is ${WORDS[row.state]} now. Look again.`, { state: row.state });
  return row;
}

export type Values = Partial<Pick<Row, 'title' | 'kind' | 'scenario' | 'plannedFor' | 'state' | 'runS' | 'clockFrom' | 'startedAt' | 'endedAt' | 'endedBy' | 'endNote' | 'sourceId' | 'isCleared' | 'summary' | 'evaluatedBy' | 'evaluatedAt'>>;
