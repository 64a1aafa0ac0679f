import { type RawBuilder, sql } from 'kysely';
import { type AttributeName, type Comparison, type Filter, type Literal, parseFilter, parseName } from '#engines/scim/filter.ts';
import { scimProblem } from './answers.ts';

type Sql = RawBuilder<unknown>;
/** An attribute as a column. `text` counts in any case, `exact` only in its own (RFC 7643 §2.1). */
export type Column = { of: Sql; as: 'text' | 'exact' | 'boolean' | 'time' } | { anyOf: (value: string) => Sql; some: Sql };
export type Columns = Readonly<Record<string, Column>>;

const text = (of: Sql): Column => ({ of, as: 'text' });
const exact = (of: Sql): Column => ({ of, as: 'exact' });
const time = (of: Sql): Column => ({ of, as: 'time' });
const of = (column: string): Sql => sql.ref(`r.${column}`);
const mail = sql`coalesce(r.email, r.address)`;
const typeOf = (column: Sql): Column => text(sql`case when ${column} is not null then 'work' end`);
const one = (column: Sql): Column => ({ of: sql`case when ${column} is not null then true end`, as: 'boolean' });

const inGroup: Column = { anyOf: (value) => sql`exists (select from directory.member k where k.person_id = r.id and k.group_id::text = ${value})`, some: sql`exists (select from directory.member k where k.person_id = r.id)` };
const hasMember: Column = { anyOf: (value) => sql`exists (select from directory.member k where k.group_id = r.id and k.person_id::text = ${value})`, some: sql`exists (select from directory.member k where k.group_id = r.id)` };

/** What people are found and ordered by. */
export const USER_COLUMNS: Columns = {
  id: exact(sql`r.id::text`), externalid: exact(of('external_id')), username: text(of('user_name')), displayname: text(of('name')), 'name.formatted': text(of('name')), 'name.givenname': text(of('given_name')), 'name.familyname': text(of('family_name')),
  title: text(of('title')), active: { of: sql`r.state in ('invited', 'active')`, as: 'boolean' }, emails: text(mail), 'emails.value': text(mail), 'emails.type': typeOf(mail), 'emails.primary': one(mail),
  phonenumbers: text(of('phone')), 'phonenumbers.value': text(of('phone')), 'phonenumbers.type': typeOf(of('phone')), addresses: text(of('office')), 'addresses.formatted': text(of('office')), 'addresses.type': typeOf(of('office')),
  department: text(of('department')), manager: exact(sql`r.manager_id::text`), 'manager.value': exact(sql`r.manager_id::text`), 'manager.displayname': text(of('manager')),
  groups: inGroup, 'groups.value': inGroup, 'meta.created': time(of('added_at')), 'meta.lastmodified': time(of('changed_at')), 'meta.resourcetype': text(sql`'User'`),
};

/** What groups are found and ordered by. */
export const GROUP_COLUMNS: Columns = {
  id: exact(sql`r.id::text`), externalid: exact(of('external_id')), displayname: text(of('display_name')), members: hasMember, 'members.value': hasMember,
  'meta.created': time(of('made_at')), 'meta.lastmodified': time(of('changed_at')), 'meta.resourcetype': text(sql`'Group'`),
};

const invalid = (detail: string) => scimProblem({ scimType: 'invalidFilter', detail });

function columnOf(columns: Columns, { name, sub }: AttributeName, within: string | null): Column {
  const key = within === null ? (sub === null ? name : `${name}.${sub}`) : `${within}.${name}`;
  const column = columns[key];
  if (!column) throw invalid(`Nothing is found by ${key} here.`);
  return column;
}

const ORDER: Partial<Record<Comparison, Sql>> = { gt: sql`>`, ge: sql`>=`, lt: sql`<`, le: sql`<=` };

function textIs(column: Sql, op: Comparison, value: string, isExact: boolean): Sql {
  const [left, right] = isExact ? [column, sql`${value}::text`] : [sql`lower(${column})`, sql`lower(${value}::text)`];
  if (op === 'eq') return sql`${left} = ${right}`;
  if (op === 'co') return sql`position(${right} in ${left}) > 0`;
  if (op === 'sw') return sql`starts_with(${left}, ${right})`;
  if (op === 'ew') return sql`right(${left}, length(${right})) = ${right}`;
  return sql`${left} ${ORDER[op] ?? sql`=`} ${right}`;
}

function timeIs(column: Sql, op: Comparison, value: Literal): Sql {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) throw invalid('A time is written as 2026-11-21T12:00:00Z.');
  const order = op === 'eq' ? sql`=` : ORDER[op];
  if (!order) throw invalid(`A time takes no ${op}.`);
  // What is told has whole milliseconds.
  return sql`date_trunc('milliseconds', ${column}) ${order} ${new Date(at).toISOString()}::timestamptz`;
}

function compared(column: Column, op: Comparison, value: Literal): Sql {
  if (op === 'ne') return sql`not (${compared(column, 'eq', value)})`;
  if (value === null) {
    if (op !== 'eq') throw invalid('null takes eq and ne only.');
    return sql`not (${present(column)})`;
  }
  if ('anyOf' in column) {
    if (op !== 'eq' || typeof value !== 'string') throw invalid('Members and groups are found by eq and an id.');
    return column.anyOf(value);
  }
  if (column.as === 'time') return sql`coalesce(${timeIs(column.of, op, value)}, false)`;
  if (column.as === 'boolean') {
    if (op !== 'eq' || !/^(?:true|false)$/i.test(String(value))) throw invalid('It is true or false, with eq.');
    return sql`coalesce(${column.of} = ${String(value).toLowerCase() === 'true'}, false)`;
  }
  if (typeof value !== 'string') throw invalid('Write text in quotation marks.');
  return sql`coalesce(${textIs(column.of, op, value, column.as === 'exact')}, false)`;
}

const present = (column: Column): Sql => ('some' in column ? column.some : column.as === 'text' || column.as === 'exact' ? sql`coalesce(${column.of} <> '', false)` : sql`${column.of} is not null`);

function compile(columns: Columns, filter: Filter, within: string | null): Sql {
  switch (filter.kind) {
    case 'and': return sql`(${compile(columns, filter.left, within)} and ${compile(columns, filter.right, within)})`;
    case 'or': return sql`(${compile(columns, filter.left, within)} or ${compile(columns, filter.right, within)})`;
    case 'not': return sql`not (${compile(columns, filter.of, within)})`;
    case 'present': return present(columnOf(columns, filter.at, within));
    case 'within':
      if (within !== null || filter.at.sub !== null) throw invalid('A condition in [ ] holds no other.');
      // Of several values one is kept: what fits it fits the resource.
      return compile(columns, filter.filter, filter.at.name);
    case 'compare': return compared(columnOf(columns, filter.at, within), filter.op, filter.value);
  }
}

/** A filter as a condition on rows `r`; throws invalidFilter (RFC 7644 §3.4.2.2). Values are parameters, columns come from the list alone. */
export function whereOf(columns: Columns, filter: string | undefined): Sql {
  if (filter === undefined || filter.trim() === '') return sql`true`;
  const parsed = parseFilter(filter);
  if (!parsed.ok) throw invalid(parsed.reason);
  return compile(columns, parsed.value, null);
}

/** `sortBy` and `sortOrder` (RFC 7644 §3.4.2.3), then by id, so that pages neither miss nor repeat. */
export function orderOf(columns: Columns, sortBy: string | undefined, sortOrder: string | undefined): Sql {
  if (sortBy === undefined) return sql`r.id`;
  const name = parseName(sortBy);
  const column = name.ok ? columns[name.value.sub === null ? name.value.name : `${name.value.name}.${name.value.sub}`] : undefined;
  if (!column || 'anyOf' in column) throw scimProblem({ scimType: 'invalidValue', detail: `Nothing is ordered by ${sortBy.slice(0, 60)} here.` });
  const key = column.as === 'text' ? sql`lower(${column.of})` : column.of;
  return sortOrder?.toLowerCase() === 'descending' ? sql`${key} desc nulls last, r.id desc` : sql`${key} asc nulls last, r.id`;
}
