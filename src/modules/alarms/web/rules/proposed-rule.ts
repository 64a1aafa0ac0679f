import { type Definition, type Place, PLACES } from '../../correlation-rules.ts';

type Proposed = { name: string; why: string; definition: Definition };

const isTypes = (value: unknown): value is string[] => Array.isArray(value) && value.length > 0 && value.length <= 20 && value.every((type) => typeof type === 'string');
const isPlace = (value: unknown): value is Place => PLACES.some((place) => place === value);

/** A rule that holds, as another page proposes it in an address; null where it says none. It is filled in, and checked like any other when it is kept. */
export function proposedRule(said: string | undefined): Proposed | null {
  try {
    const { name, why, definition } = JSON.parse(said ?? '') as Record<string, unknown>;
    const { kind, cause, held, withinS, place } = definition as Record<string, unknown>;
    if (typeof name !== 'string' || typeof why !== 'string' || kind !== 'suppress' || !isTypes(cause) || !isTypes(held) || typeof withinS !== 'number' || !isPlace(place)) return null;
    return { name: name.slice(0, 120), why: why.slice(0, 1000), definition: { kind, cause, held, withinS, place } };
  } catch {
    return null;
  }
}
