import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { identity } from './change.ts';
import { hashPassword } from './password.ts';
import { isCommon, leansOn, wordsIn } from './password-rules.ts';

/** Whose password it will be: somebody known, or the names of who is made with it. `pointer` is the field that it came in. */
export type Whose = { personId?: string; names?: readonly (string | null)[]; pointer?: string };

const refused = (code: string, pointer: string, detail: string): Problem => new Problem('refused', code, detail, { errors: [{ pointer, detail }] });

async function namesOf(ctx: Ctx, { personId, names = [] }: Whose): Promise<(string | null)[]> {
  const [organisations, people] = await identity.readAll(ctx, '', (db) => [
    db.selectFrom('identity.organisation').select('name'),
    db.selectFrom('access.person as p').leftJoin('identity.credential as c', 'c.personId', 'p.id').select(['p.name', 'c.email']).where('p.id', '=', personId ?? ctx.personId).limit(personId === undefined ? 0 : 1),
  ]);
  return [...names, ...organisations.map(({ name }) => name), ...people.flatMap(({ name, email }) => [name, email])];
}

/** The stored form of a new password. Throws 422 for one that is guessed first: a common one, or little beside names that everybody here knows. */
export async function hashNewPassword(ctx: Ctx, password: string, whose: Whose): Promise<string> {
  const { pointer = '/password' } = whose;
  if (await isCommon(password)) throw refused('identity.common_password', pointer, 'This password is among the first that are tried: a common one, or a pattern. Take several words that do not belong together.');
  if (leansOn(password, wordsIn(await namesOf(ctx, whose)))) throw refused('identity.password_of_names', pointer, 'This password is little more than a name: of the product, the organisation, the person or the address. Take several words that do not belong together.');
  return hashPassword(password);
}
