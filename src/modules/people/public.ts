import type { Ctx } from '#platform/kernel/store.ts';
import { peopleBy } from './people.service.ts';

export { addPerson, changePerson } from './people.service.ts';

/** Ids of the people with these addresses whom the reader sees, by the address in small letters; an address that several have is left out. */
export async function peopleByEmail(ctx: Ctx, emails: readonly string[]): Promise<Map<string, string>> {
  const wanted = [...new Set(emails.map((email) => email.toLowerCase()))];
  if (wanted.length === 0) return new Map();
  const byEmail = Map.groupBy(await peopleBy(ctx, { ids: [], emails: wanted }), ({ email }) => email?.toLowerCase() ?? '');
  return new Map([...byEmail].flatMap(([email, [one, ...more]]) => (one && more.length === 0 ? [[email, one.id]] : [])));
}
