import { sql } from 'kysely';
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from '#engines/scim/schema.ts';
import type { Json } from '#engines/scim/json.ts';
import { notFound } from '#platform/kernel/problem.ts';
import { scimAddress } from '../directories.service.ts';
import type { Tx } from '../rows.ts';
import { tagOf } from './answers.ts';

/** Somebody as a directory sees them; `directoryId` is null for who is here and was taken over by none. */
export type Account = {
  id: string; name: string; state: string; userName: string; externalId: string | null; givenName: string | null; familyName: string | null; office: string | null; address: string | null; email: string | null; phone: string | null;
  title: string; department: string; siteId: string | null; managerId: string | null; manager: string | null; directoryId: string | null; addedAt: string; changedAt: string;
};
type Membership = { personId: string; id: string; name: string };

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export const isId = (text: string): boolean => UUID.test(text);

const parts = (value: Json): Json => Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null && one !== undefined && one !== ''));
const single = (value: string | null, name = 'value'): readonly Json[] | null => (value === null || value === '' ? null : [{ [name]: value, type: 'work', primary: true }]);

/** What may be written of somebody, as the directory says it; what only we say is left out. */
export function writtenOf(account: Account): Json {
  const enterprise = parts({ department: account.department, manager: account.managerId === null ? null : { value: account.managerId, displayName: account.manager } });
  return parts({
    externalId: account.externalId, userName: account.userName, name: parts({ formatted: account.name, givenName: account.givenName, familyName: account.familyName }), displayName: account.name, title: account.title,
    active: account.state === 'invited' || account.state === 'active', emails: single(account.email ?? account.address), phoneNumbers: single(account.phone), addresses: single(account.office, 'formatted'),
    [ENTERPRISE_SCHEMA]: Object.keys(enterprise).length === 0 ? null : enterprise,
  });
}

/** A person as RFC 7643 §4.1 has one, with the version that it is. */
export function userOf(account: Account, groups: readonly Membership[]): { resource: Json; tag: string } {
  const written = writtenOf(account);
  const mine = groups.filter(({ personId }) => personId === account.id).map(({ id, name }) => ({ value: id, display: name }));
  const facts = { ...written, ...(mine.length > 0 && { groups: mine }) };
  const tag = tagOf(facts);
  const meta = { resourceType: 'User', created: account.addedAt, lastModified: account.changedAt, location: `${scimAddress()}/Users/${account.id}`, version: tag };
  return { tag, resource: { schemas: [USER_SCHEMA, ...(ENTERPRISE_SCHEMA in written ? [ENTERPRISE_SCHEMA] : [])], id: account.id, ...facts, meta } };
}

const COLUMNS = sql`r.id, r.name, r.state, r.user_name, r.external_id, r.given_name, r.family_name, r.office, r.address, r.email, r.phone, r.title, r.department, r.site_id, r.manager_id, r.manager, r.directory_id, r.added_at, r.changed_at`;
type Condition = ReturnType<typeof sql>;

export const accounts = async (tx: Tx, where: Condition, order: Condition, limit: number, offset: number): Promise<Account[]> =>
  (await sql<Account>`select ${COLUMNS} from directory.account r where ${where} order by ${order} limit ${limit} offset ${offset}`.execute(tx)).rows;

export const countAccounts = async (tx: Tx, where: Condition): Promise<number> => (await sql<{ n: number }>`select count(*)::int as n from directory.account r where ${where}`.execute(tx)).rows[0]?.n ?? 0;

export const membershipsOf = async (tx: Tx, personIds: readonly string[]): Promise<Membership[]> =>
  personIds.length === 0 ? [] : tx.selectFrom('directory.member as k').innerJoin('directory.group as g', 'g.id', 'k.groupId').select(['k.personId', 'g.id', 'g.displayName as name']).where('k.personId', 'in', personIds).where('g.goneAt', 'is', null).orderBy('g.displayName').orderBy('g.id').execute();

/** Somebody by id, and nobody else at once; throws 404. */
export async function heldAccount(tx: Tx, id: string): Promise<Account> {
  if (!isId(id)) throw notFound();
  await sql`select pg_advisory_xact_lock(hashtextextended(${id.toLowerCase()}::text, 12))`.execute(tx);
  return readAccount(tx, id);
}

export async function readAccount(tx: Tx, id: string): Promise<Account> {
  const [found] = isId(id) ? await accounts(tx, sql`r.id = ${id}::uuid`, sql`r.id`, 1, 0) : [];
  if (!found) throw notFound();
  return found;
}
