/** Where the signals of one case must come from: one point, area or device (source), anywhere at one site, or in a zone of a plan and the zones beside it. */
export const PLACES = ['point', 'area', 'near', 'source', 'site'] as const;
export type Place = (typeof PLACES)[number];

export const MOST_WITHIN_S = 12 * 3600;
export const MOST_STEPS = 4;
/** The fewest days of stored signals over which a version is tried before it is put into force, and the most. */
export const FEWEST_DAYS = 7;
export const MOST_DAYS = 31;

/** Types are keys of the taxonomy, `type#restore` for the end of one, or `*` for any. */
type Raises = {
  withinS: number;
  place: Place;
  /** The type of the alarm that it raises. */
  result: string;
  /** Null: the priority of that type. */
  priority: number | null;
};

/** A rule over several signals, as it is kept, edited, tried and put into force. */
export type Definition =
  /** Several different things within a time: one after the other, or in any order. */
  | ({ kind: 'sequence'; steps: string[][]; inOrder: boolean } & Raises)
  /** The same at so many different points within a time. */
  | ({ kind: 'points'; types: string[]; count: number } & Raises)
  /** So many of one sort within a time. */
  | ({ kind: 'threshold'; types: string[]; count: number } & Raises)
  /** Something that is not followed by what should follow. */
  | ({ kind: 'missing'; first: string[]; then: string[] } & Raises)
  /** A condition that still goes on after a time. */
  | ({ kind: 'lasting'; types: string[] } & Raises)
  /** Something that was heard, and then is not for so long. */
  | ({ kind: 'silence'; types: string[] } & Raises)
  /** What rings so often is held until a person releases it, and one alarm says so. */
  | ({ kind: 'runaway'; types: string[]; count: number } & Raises)
  /** Repeats do not ring for a time after the first, or after the latest. */
  | { kind: 'deduplicate'; types: string[]; withinS: number; place: Place; from: 'first' | 'latest' }
  /** What a cause explains does not ring for a time, or until something ends that sooner. */
  | { kind: 'suppress'; cause: string[]; held: string[]; until?: string[] | undefined; withinS: number; place: Place };
export type Kind = Definition['kind'];

/** The places that a kind can compare. */
export const placesFor = (kind: Kind, isInOrder: boolean): readonly Place[] => PLACES.filter((place) => (place !== 'near' || (kind === 'sequence' && isInOrder)) && (place !== 'point' || kind !== 'points'));

export const KINDS: readonly Kind[] = ['sequence', 'points', 'threshold', 'missing', 'lasting', 'silence', 'runaway', 'deduplicate', 'suppress'];
/** A rule that raises an alarm of its own; the others only hold. */
export const raisesOwn = (rule: Definition): rule is Extract<Definition, { result: string }> => 'result' in rule;

const END = /#restore$/;

/** The lists of types of a rule, by field. */
export function listsOf(rule: Definition): { field: string; types: readonly string[] }[] {
  if (rule.kind === 'sequence') return rule.steps.map((types, i) => ({ field: `steps/${i}`, types }));
  if (rule.kind === 'missing') return [{ field: 'first', types: rule.first }, { field: 'then', types: rule.then }];
  if (rule.kind === 'suppress') return [{ field: 'cause', types: rule.cause }, { field: 'held', types: rule.held }, ...(rule.until?.length ? [{ field: 'until', types: rule.until }] : [])];
  return [{ field: 'types', types: rule.types }];
}

type Taxonomy = { isKnown: (type: string) => boolean; raises: (type: string) => boolean; isVital: (type: string) => boolean };

/** What a rule keeps from ringing. */
function heldBy(rule: Definition): { field: string; types: readonly string[] } | null {
  if (rule.kind === 'suppress') return { field: 'held', types: rule.held };
  return rule.kind === 'runaway' || rule.kind === 'deduplicate' ? { field: 'types', types: rule.types } : null;
}

/** What is wrong with a rule beyond its form, by field. */
export function faultsOf(rule: Definition, { isKnown, raises, isVital }: Taxonomy): { pointer: string; detail: string }[] {
  const faults = listsOf(rule).flatMap(({ field, types }) => {
    const unknown = types.find((type) => type !== '*' && !isKnown(type.replace(END, '')));
    const isMixed = types.some((type) => END.test(type)) && types.some((type) => !END.test(type));
    return [...(unknown ? [{ field, detail: `There is no type ${unknown}.` }] : []), ...(isMixed ? [{ field, detail: 'Beginnings and ends do not stand in one list.' }] : [])];
  });
  const say = (field: string, detail: string): void => void faults.push({ field, detail });
  const held = heldBy(rule);
  if (held?.types.some((type) => isVital(type))) say(held.field, 'Duress, hold-up, fire and medical alarms are never held.');
  if (held?.types.some((type) => END.test(type))) say(held.field, 'An end is never held.');
  if (raisesOwn(rule) && !raises(rule.result)) say('result', 'Choose a type that raises alarms.');
  if (rule.place === 'near' && !placesFor(rule.kind, rule.kind === 'sequence' && rule.inOrder).includes('near')) say('place', 'Zones beside each other are compared with the first of several things in order. Choose that, or another place.');
  if (rule.kind === 'points' && rule.place === 'point') say('place', 'Different points are never one point. Choose an area, a device or a site.');
  if (rule.kind === 'suppress' && rule.until?.some((type) => rule.cause.includes(type))) say('until', 'What ends it is another signal than what began it.');
  if (rule.kind === 'missing' && rule.first.some((type) => rule.then.includes(type))) say('then', 'What should follow is another type than what came first.');
  if (rule.kind === 'lasting' && rule.types.some((type) => END.test(type))) say('types', 'What goes on is named by its beginning.');
  return faults.map(({ field, detail }) => ({ pointer: `/definition/${field}`, detail }));
}

const FIELDS = ['kind', 'steps', 'types', 'first', 'then', 'cause', 'held', 'until', 'count', 'withinS', 'inOrder', 'place', 'from', 'result', 'priority'] as const;
export type Field = (typeof FIELDS)[number];

/** What differs between two rules, field by field; undefined where one of them has not the field. */
export function differences(before: Definition, after: Definition): { field: Field; before: unknown; after: unknown }[] {
  const [a, b] = [before as Record<string, unknown>, after as Record<string, unknown>];
  return FIELDS.filter((field) => JSON.stringify(a[field]) !== JSON.stringify(b[field])).map((field) => ({ field, before: a[field], after: b[field] }));
}
