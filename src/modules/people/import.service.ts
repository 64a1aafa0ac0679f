import { sitesByCode } from '#modules/sites/public.ts';
import { readerOf, refusedRow, type RowReader } from '#platform/imports/cells.ts';
import type { Finder, Given, Outcome } from '#platform/imports/port.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import * as contract from './contract.ts';
import type { Person } from './contract.ts';
import { addPerson, changePerson, peopleBy } from './people.service.ts';

export const PERSON = 'people.person';

type Facts = { name: string } & Partial<Record<'title' | 'department' | 'employer' | 'email' | 'phone' | 'siteId', string>>;
type Known = Pick<Person, 'id' | 'name' | 'title' | 'department' | 'employer' | 'email' | 'phone' | 'siteId'>;

const Shape = contract.addPerson.body.pick({ name: true, title: true, department: true, employer: true, email: true, phone: true });

/** What a row says of a person; an empty cell leaves things as they are. */
function factsOf(reader: RowReader, { cells }: Given, siteOf: ReadonlyMap<string, string>): Facts {
  const said = Object.fromEntries((['name', 'title', 'department', 'employer', 'email', 'phone'] as const).flatMap((key) => (cells[key] === undefined ? [] : [[key, cells[key]]])));
  const checked = Shape.safeParse({ name: '', ...said });
  for (const { path, message } of checked.error?.issues ?? []) reader.refuse(String(path[0]), message);
  const site = cells['site'];
  const siteId = site === undefined ? undefined : siteOf.get(site);
  if (site !== undefined && siteId === undefined) reader.refuse('site', `There is no site ${site.slice(0, 60)} among yours`);
  return { ...(said as { name: string }), ...(siteId !== undefined && { siteId }) };
}

const isSame = (known: Known, facts: Facts): boolean => Object.entries(facts).every(([field, value]) => known[field as keyof Known] === value);

/** Adds and changes people; who they are is said by the id of the other system, else by their e-mail. Nobody gets a sign-in by a file. */
export async function takePeople(ctx: Ctx, rows: readonly Given[], find: Finder): Promise<readonly Outcome[]> {
  const named = rows.flatMap(({ cells }) => cells['site'] ?? []);
  const byId = await find.byExternalId('sites.site', named);
  const siteOf = new Map([...byId, ...(await sitesByCode(ctx, named))]);
  const known = await peopleBy(ctx, { ids: rows.flatMap(({ recordId }) => recordId ?? []), emails: rows.flatMap(({ cells }) => cells['email']?.toLowerCase() ?? []) });
  const outcomes: Outcome[] = [];
  for (const row of rows) outcomes.push(await takeOne(ctx, row, siteOf, known));
  return outcomes;
}

async function takeOne(ctx: Ctx, row: Given, siteOf: ReadonlyMap<string, string>, known: Known[]): Promise<Outcome> {
  const reader = readerOf(row);
  const facts = factsOf(reader, row, siteOf);
  const before = whoIs(reader, row, facts, known);
  if (reader.faults.length > 0) return refusedRow(facts.name ?? '', reader.faults);
  const person = before ? await changed(ctx, before, facts) : await addPerson(ctx, facts);
  if (!before) known.push(person);
  else known[known.indexOf(before)] = person;
  return { does: before === person ? 'unchanged' : before ? 'changed' : 'created', id: person.id, label: person.name };
}

function whoIs(reader: RowReader, { externalId, recordId }: Given, { email }: Facts, known: readonly Known[]): Known | null {
  if (recordId !== null) return known.find(({ id }) => id === recordId) ?? reader.refuse('external_id', 'This id is of a person who is not for you to change') ?? null;
  const same = email === undefined ? [] : known.filter((one) => one.email?.toLowerCase() === email.toLowerCase());
  if (same.length > 1) reader.refuse('email', `${same.length} people have this address. Give the id of the other system`);
  if (externalId === null && email === undefined) reader.refuse('email', 'Give an e-mail or an id of the other system, so that the same file sent again adds nobody twice');
  return same[0] ?? null;
}

const changed = async (ctx: Ctx, before: Known, facts: Facts): Promise<Known> => (isSame(before, facts) ? before : changePerson(ctx, { id: before.id, ...facts }));
