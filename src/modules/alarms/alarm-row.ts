import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { notAllowed } from '#platform/kernel/access.ts';
import { typeOf } from '#modules/signals/public.ts';
import type { Alarm } from './contract.ts';
import type { AlarmKind, AlarmState } from './rules.ts';
import type { Tables } from './tables.gen.ts';

export const alarms = store<Tables>('alarms');
export type Tx = Parameters<Parameters<typeof alarms.writeMany>[2]>[0];
export type AlarmRow = Omit<Alarm, 'site' | 'owner' | 'acknowledger' | 'closer' | 'shelver' | 'folded' | 'foldedInto' | 'foldedBehind'> & Partial<Pick<Alarm, 'foldedInto' | 'foldedBehind'>>;

export const ROW = [
  'id', 'number', 'siteId', 'conditionKey', 'type', 'title', 'priority', 'sourceId', 'sourceName', 'point', 'area', 'handling', 'isActive', 'raisedAt', 'knownAt', 'lastAt', 'answerBy', 'escalateAt',
  'returnedAt', 'ownerId', 'claimedAt', 'acknowledgedBy', 'acknowledgedAt', 'shelvedBy', 'shelvedUntil', 'shelvedWhy', 'closedBy', 'closedAt', 'closedWhilePresent', 'disposition', 'cause', 'note', 'handedTo', 'duplicateOf',
  'repeats', 'foldedInto', 'foldedBehind', 'incidentId', 'incidentNumber', 'ruleVersionId', 'onTestId', 'isSimulated', 'version',
] as const;
const NAMED = ROW.filter((column) => column !== 'incidentId' && column !== 'incidentNumber').map((column) => `a.${column}` as const);

/** The incident that an alarm became, as far as the reader may know of it: it may have gone behind a wall since. */
const ifSeen = (column: 'incident_id' | 'incident_number') => sql<string | null>`case when a.incident_id is not null and exists (select from platform.record i where i.id = a.incident_id) then ${sql.raw(`a.${column}`)} end`;

type Names = Tables & import('#platform/kernel/tables.gen.ts').Tables;

/** Alarms with the names of site and people, under the reader's sight. */
export const selectAlarms = (db: Pick<Kysely<Names>, 'selectFrom'>) =>
  db.selectFrom('alarms.alarm as a')
    .leftJoin('platform.record as site', 'site.id', 'a.siteId')
    .leftJoin('access.person as o', 'o.id', 'a.ownerId').leftJoin('access.person as k', 'k.id', 'a.acknowledgedBy').leftJoin('access.person as c', 'c.id', 'a.closedBy').leftJoin('access.person as h', 'h.id', 'a.shelvedBy')
    .select([...NAMED, 'site.title as site', 'o.name as owner', 'k.name as acknowledger', 'c.name as closer', 'h.name as shelver', sql<number>`(select count(*)::int from alarms.alarm f where f.folded_into = a.id)`.as('folded'), ifSeen('incident_id').as('incidentId'), ifSeen('incident_number').as('incidentNumber')]);

/** The kind of an alarm by its type; one whose type is not shipped any more stays workable. */
export function kindOf(row: Pick<AlarmRow, 'type' | 'title' | 'priority'>): AlarmKind {
  return typeOf(row.type) ?? { key: row.type, family: row.type.split('.')[0] ?? '', title: row.title, priority: row.priority as AlarmKind['priority'], profile: { key: 'standard', targets: [] }, raisesAlarm: true, restoredBy: [`${row.type}#restore`], latches: true, endsAtPoint: [], withdraws: [] };
}

export const stateOf = (row: AlarmRow): AlarmState => ({ ...row, kind: kindOf(row) });

const STATE = ['handling', 'isActive', 'returnedAt', 'ownerId', 'claimedAt', 'acknowledgedBy', 'acknowledgedAt', 'shelvedBy', 'shelvedUntil', 'shelvedWhy', 'closedBy', 'closedAt', 'closedWhilePresent', 'repeats'] as const;

/** The columns that the state machine changes. */
export const stateColumns = (state: AlarmState): Pick<AlarmRow, (typeof STATE)[number]> => Object.fromEntries(STATE.map((key) => [key, state[key]])) as Pick<AlarmRow, (typeof STATE)[number]>;

export const nextVersion = (eb: ExpressionBuilder<Names, 'alarms.alarm'>) => eb('version', '+', 1);

/** What the store records of an alarm that changed. */
export const changed = (verb: string, before: AlarmRow | null, after: AlarmRow): Change<AlarmRow> => ({
  verb, before, after, erasable: ['note', 'shelvedWhy', 'handedTo'],
  header: { kind: 'alarms.alarm', number: after.number, title: after.isSimulated ? `Simulated: ${after.title}` : after.title, state: after.handling, siteId: after.siteId, wallId: null, readPermission: 'alarms:read', at: after.raisedAt },
  ...(before === null ? { words: `${after.number} ${after.title} ${after.sourceName} ${after.point ?? ''}` } : {}),
});

/** Locks the alarm for the verb: 404 where it is not there or hidden, 403 where it is seen but the verb's permission is not held at its site. */
export async function holdAlarm(tx: Tx, id: string, permission: string): Promise<AlarmRow> {
  const row = await tx.selectFrom('alarms.alarm').select(ROW).where('id', '=', id).forUpdate().executeTakeFirst();
  if (row) return row;
  const seen = await tx.selectFrom('alarms.alarm').select('id').where('id', '=', id).executeTakeFirst();
  throw seen ? notAllowed(permission) : notFound();
}

/** Why a procedure ends with an alarm that closed by itself. */
export const CLOSED_ITSELF = 'The alarm closed by itself: what it was about has ended.';

/** The alarms that closed by themselves among these changes. */
export const closedIn = (changes: readonly Change<AlarmRow>[]): string[] => changes.filter(({ verb }) => verb === 'closed-by-rule').map(({ after }) => after.id);

/** A lost race in words: who has it, and since when. */
export async function lostTo(ctx: Ctx, tx: Tx, code: string, reason: string, personId: string | null): Promise<Problem> {
  const holder = personId ? await tx.selectFrom('access.person').select(['id', 'name']).where('id', '=', personId).executeTakeFirst() : undefined;
  const who = holder ? (holder.id === ctx.personId ? 'You did.' : `${holder.name} did.`) : '';
  const words = code === 'alarms.held' && holder ? `${holder.name} has it. ${reason.replace(/^Somebody else has it\. /, '')}` : `${reason} ${who}`.trim();
  return new Problem('conflict', code, words, holder ? { heldBy: { id: holder.id, name: holder.name } } : {});
}

export const mayAt = (row: Pick<AlarmRow, 'siteId'>, permission: string) => sql<boolean>`access.may_at(${row.siteId}::uuid, null, ${permission})`;
