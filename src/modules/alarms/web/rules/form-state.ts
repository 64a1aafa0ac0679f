import { type Definition, type Kind, MOST_STEPS, MOST_WITHIN_S, type Place, placesFor, raisesOwn } from '../../correlation-rules.ts';
import { t } from './messages.en.ts';
import { type Unit, unitOf, UNITS } from './words.ts';

/** What stands in the form: texts as typed, and the lists of types of the kind that is chosen. */
export type Filled = { kind: Kind; lists: readonly (readonly string[])[]; inOrder: boolean; count: string; within: string; unit: Unit; place: Place; from: 'first' | 'latest'; result: string; priority: string };

const LISTS: Readonly<Record<Kind, number>> = { sequence: 2, points: 1, threshold: 1, missing: 2, lasting: 1, silence: 1, runaway: 1, deduplicate: 1, suppress: 3 };

/** A new rule. */
export const EMPTY: Filled = { kind: 'sequence', lists: [[], []], inOrder: true, count: '2', within: '1', unit: 'min', place: 'area', from: 'first', result: '', priority: '' };

function listsIn(rule: Definition): string[][] {
  if (rule.kind === 'sequence') return rule.steps;
  if (rule.kind === 'missing') return [rule.first, rule.then];
  return rule.kind === 'suppress' ? [rule.cause, rule.held, rule.until ?? []] : [rule.types];
}

/** A rule as it stands in the form. */
export function filledOf(rule: Definition): Filled {
  const unit = unitOf(rule.withinS);
  return {
    kind: rule.kind, lists: listsIn(rule), inOrder: rule.kind === 'sequence' ? rule.inOrder : true, count: 'count' in rule ? String(rule.count) : '2', within: String(rule.withinS / UNITS[unit]), unit, place: rule.place,
    from: rule.kind === 'deduplicate' ? rule.from : 'first', result: raisesOwn(rule) ? rule.result : '', priority: raisesOwn(rule) && rule.priority !== null ? String(rule.priority) : '',
  };
}

/** Another kind keeps what was typed, as far as it has lists for it. */
export function withKind(filled: Filled, kind: Kind): Filled {
  const lists = kind === 'sequence' ? filled.lists.filter((types, i) => i < 2 || types.length > 0).slice(0, MOST_STEPS) : filled.lists.slice(0, LISTS[kind]);
  return atPlace({ ...filled, kind, lists: [...lists, ...Array.from({ length: Math.max(0, LISTS[kind] - lists.length) }, () => [])] });
}

/** A place that the kind cannot compare becomes the area. */
export const atPlace = (filled: Filled): Filled => (placesFor(filled.kind, filled.inOrder).includes(filled.place) ? filled : { ...filled, place: 'area' });

const isWhole = (text: string, least: number, most: number): boolean => /^\d{1,6}$/.test(text.trim()) && Number(text) >= least && Number(text) <= most;

export const mostOf = (kind: Kind): number => (kind === 'points' ? 50 : 1000);
export const hasCount = (kind: Kind): boolean => kind === 'points' || kind === 'threshold' || kind === 'runaway';
/** What ends a suppression before its time need not be said. */
export const mayBeEmpty = (kind: Kind, list: number): boolean => kind === 'suppress' && list === 2;
/** Kinds that only hold raise nothing of their own. */
export const onlyHolds = (kind: Kind): boolean => kind === 'suppress' || kind === 'deduplicate';

/** What is still to be mended, by field. */
export function faultsIn(filled: Filled): Partial<Record<'lists' | 'count' | 'within' | 'result', string>> {
  return {
    ...(filled.lists.some((types, i) => types.length === 0 && !mayBeEmpty(filled.kind, i)) && { lists: t('rules.form.types.missing') }),
    ...(hasCount(filled.kind) && !isWhole(filled.count, 2, mostOf(filled.kind)) && { count: t('rules.form.count.fault', { most: mostOf(filled.kind) }) }),
    ...(!isWhole(filled.within, 1, MOST_WITHIN_S / UNITS[filled.unit]) && { within: t('rules.form.within.fault') }),
    ...(!onlyHolds(filled.kind) && filled.result === '' && { result: t('rules.form.result.missing') }),
  };
}

/** The rule that the form says. */
export function definitionOf({ kind, lists, inOrder, count, within, unit, place, from, result, priority }: Filled): Definition {
  const withinS = Number(within) * UNITS[unit];
  const [first = [], second = [], third = []] = lists.map((types) => [...types]);
  if (kind === 'suppress') return { kind, cause: first, held: second, ...(third.length > 0 && { until: third }), withinS, place };
  if (kind === 'deduplicate') return { kind, types: first, withinS, place, from };
  const raises = { withinS, place, result, priority: priority === '' ? null : Number(priority) };
  if (kind === 'sequence') return { kind, steps: lists.map((types) => [...types]), inOrder, ...raises };
  if (kind === 'missing') return { kind, first, then: second, ...raises };
  if (kind === 'lasting' || kind === 'silence') return { kind, types: first, ...raises };
  return { kind, types: first, count: Number(count), ...raises };
}
