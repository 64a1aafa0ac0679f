import { type Figure, keepsTo } from './figure-rules.ts';

export const MEASURES = ['value', 'p90', 'p985'] as const;
export type Measured = (typeof MEASURES)[number];

/** A target that is in force at a place, as deep as it was set: 0 for the organisation. */
export type InForce = { place: string | null; key: string; part: 'none' | 'shift' | 'type'; partKey: string; measure: Measured; value: number | null; depth: number; validFrom: string };

/** What a figure is to keep to and whether it does; `since` is the day from which it holds, none for the catalogue's own. */
export type Goal = { value: number; keeps: boolean | null; setAt: 'catalogue' | 'organisation' | 'site'; since: string | null };
export type Goals = Record<Measured, Goal | null>;

type Of = { key: string; place: string | null; shift?: string | undefined; type?: string | undefined };
type Catalogue = { target: number | null; direction: 'up' | 'down' };

/** Does it speak of all, or of this very part? */
const speaksOf = ({ part, partKey }: InForce, { shift, type }: Of): boolean => part === 'none' || (part === 'shift' ? partKey === shift : partKey === type);

/** The nearest that says a value: one for this very part before one for all, then the nearest place. One without a value gives way to the next. */
function nearest(inForce: readonly InForce[], of: Of, measure: Measured): InForce | null {
  const [first] = inForce.filter((one) => one.key === of.key && one.place === of.place && one.measure === measure && one.value !== null && speaksOf(one, of))
    .toSorted((a, b) => Number(b.part !== 'none') - Number(a.part !== 'none') || b.depth - a.depth);
  return first ?? null;
}

const goal = (value: number, figure: Pick<Figure, Measured>, measure: Measured, direction: 'up' | 'down', from: Pick<Goal, 'setAt' | 'since'>): Goal => ({ value, keeps: keepsTo(figure[measure], value, direction), ...from });

/** What a figure is to keep to at a place, for all of it or one part; the catalogue's own where nobody set another. `target` is in what the figure counts. */
export function goalsOf(inForce: readonly InForce[], of: Of, { target, direction }: Catalogue, figure: Pick<Figure, Measured>): Goals {
  const one = (measure: Measured): Goal | null => {
    const set = nearest(inForce, of, measure);
    if (set !== null && set.value !== null) return goal(set.value, figure, measure, direction, { setAt: set.depth === 0 ? 'organisation' : 'site', since: set.validFrom });
    return measure === 'value' && target !== null ? goal(target, figure, measure, direction, { setAt: 'catalogue', since: null }) : null;
  };
  return { value: one('value'), p90: one('p90'), p985: one('p985') };
}
