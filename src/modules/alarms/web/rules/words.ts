import type { Definition, Place } from '../../correlation-rules.ts';
import { t } from './messages.en.ts';

/** The title of a type by its key, as far as the reader knows types. */
export type TitleOf = (type: string) => string;

const END = /#restore$/;

/** How full the dot of a state is. */
export const FILL = { active: 'full', draft: 'empty', retired: 'ended' } as const;

/** A type in words; one that ends, as its end. */
export function typeWords(type: string, titleOf: TitleOf): string {
  if (type === '*') return t('rules.any');
  return END.test(type) ? t('rules.ends', { title: titleOf(type.replace(END, '')) }) : `“${titleOf(type)}”`;
}

const typesWords = (types: readonly string[], titleOf: TitleOf): string => types.map((type) => typeWords(type, titleOf)).join(t('rules.or'));
export const placeWords = (place: Place): string => t(`rules.place.${place}`);

export const UNITS = { h: 3600, min: 60, s: 1 } as const;
export type Unit = keyof typeof UNITS;

/** The largest unit in which a time is whole. */
export const unitOf = (seconds: number): Unit => (seconds % UNITS.h === 0 ? 'h' : seconds % UNITS.min === 0 ? 'min' : 's');

export function secondsWords(seconds: number): string {
  const unit = unitOf(seconds);
  return t(`rules.time.${unit}`, { n: seconds / UNITS[unit] });
}

/** A rule as one sentence. */
export function ruleWords(rule: Definition, titleOf: TitleOf): string {
  const [time, place] = [secondsWords(rule.withinS), placeWords(rule.place)];
  const of = (types: readonly string[]): string => typesWords(types, titleOf);
  switch (rule.kind) {
    case 'sequence':
      return rule.inOrder ? t('rules.says.in-order', { steps: rule.steps.map(of).join(t('rules.says.then')), time, place }) : t('rules.says.together', { steps: rule.steps.map(of).join(t('rules.says.and')), time, place });
    case 'points':
      return t('rules.says.points', { types: of(rule.types), count: rule.count, time, place });
    case 'threshold':
      return t('rules.says.threshold', { count: rule.count, types: of(rule.types), time, place });
    case 'missing':
      return t('rules.says.missing', { first: of(rule.first), then: of(rule.then), time, place });
    case 'lasting':
      return t('rules.says.lasting', { types: of(rule.types), time, place });
    case 'silence':
      return t('rules.says.silence', { types: of(rule.types), time, place });
    case 'runaway':
      return t('rules.says.runaway', { count: rule.count, types: of(rule.types), time, place });
    case 'deduplicate':
      return t(rule.from === 'first' ? 'rules.says.deduplicate.first' : 'rules.says.deduplicate.latest', { types: of(rule.types), time, place });
    case 'suppress':
      return t(rule.until?.length ? 'rules.says.suppress.until' : 'rules.says.suppress', { time, cause: of(rule.cause), place, held: of(rule.held), until: of(rule.until ?? []) });
  }
}

/** One field of a rule in words, for the difference of two versions. */
export function fieldWords(field: string, value: unknown, titleOf: TitleOf): string {
  if (value === undefined || value === null) return t('rules.field.none');
  if (typeof value === 'boolean') return t(value ? 'rules.yes' : 'rules.no');
  if (field === 'withinS') return secondsWords(value as number);
  if (field === 'place') return placeWords(value as Place);
  if (field === 'from') return t(value === 'first' ? 'rules.form.from.first' : 'rules.form.from.latest');
  if (field === 'kind') return t(`rules.kind.${value as Definition['kind']}`);
  if (field === 'result') return titleOf(value as string);
  if (field === 'steps') return (value as string[][]).map((types, i) => `${i + 1}. ${typesWords(types, titleOf)}`).join('  ');
  return Array.isArray(value) ? typesWords(value as string[], titleOf) : String(value);
}
