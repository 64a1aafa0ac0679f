/** What is wrong with an input, and where: `at` names the field, as in `scenarios[2].primaryLoss`. */
export type Refusal = { ok: false; at: string; reason: string };

export const refuse = (at: string, reason: string): Refusal => ({ ok: false, at, reason });

/** The first refusal of a list, or null. Later ones are not worked out. */
export function firstRefusal(checks: Iterable<Refusal | null>): Refusal | null {
  for (const check of checks) if (check) return check;
  return null;
}

/** Null, or why ids are no names: each is said once and is not empty. */
export function wrongIds(ids: readonly string[], at: (index: number) => string): Refusal | null {
  const seen = new Set<string>();
  for (const [i, id] of ids.entries()) {
    if (typeof id !== 'string' || id === '') return refuse(at(i), 'An id is a text that is not empty.');
    if (seen.has(id)) return refuse(at(i), `There are two called ${id}.`);
    seen.add(id);
  }
  return null;
}
