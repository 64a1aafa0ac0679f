import type { Classification, Incident } from '../contract.ts';

export const TABS = ['facts', 'involved', 'losses', 'tasks', 'files', 'duties', 'timeline', 'thread', 'situation', 'review'] as const;
type Place = { tab: (typeof TABS)[number]; set: string | null };

const LISTS: Readonly<Record<string, Place['tab']>> = { persons: 'involved', vehicles: 'involved', things: 'involved', losses: 'losses', tasks: 'tasks' };

/** On which tab, and in which set of fields, a missing thing is given. */
export function placeOf(field: string, incident: Pick<Incident, 'type'>, classification: Classification): Place {
  const list = LISTS[field];
  if (list) return { tab: list, set: null };
  if (field.startsWith('clock.')) return { tab: 'duties', set: null };
  const sets = classification.types.find(({ key }) => key === incident.type)?.fieldSets ?? ['base'];
  const set = sets.find((key) => classification.fieldSets.find((one) => one.key === key)?.fields.some((one) => one.key === field));
  return { tab: 'facts', set: set ?? null };
}
