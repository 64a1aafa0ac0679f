import { State } from '#ui/tag.tsx';
import { ALLEGATION_FAMILIES, ALLEGATION_TYPES } from '../allegation-rules.ts';
import { PARTS, type Part, type State as CaseState } from '../rules.ts';
import { t } from './messages.en.ts';

const FILL = { assessing: 'empty', investigating: 'full', reviewing: 'half', closed: 'ended' } as const;
export const StateOf = ({ state }: { state: CaseState }) => <State fill={FILL[state]}>{t(`cases.state.${state}`)}</State>;

const family = (key: string): string => ALLEGATION_FAMILIES.find((one) => one.key === key)?.title ?? '';
export const TYPE_CHOICES = ALLEGATION_TYPES.map((type) => ({ value: type.key, title: `${family(type.family)}: ${type.title}` }));

export const partWords = (part: string): string => (part === 'wall-glass' ? t('cases.part.wall-glass') : t(`cases.part.${PARTS.find((one) => one === part) ?? 'case-observer'}`));
export const PART_CHOICES = (): { value: Part; title: string }[] => PARTS.map((part) => ({ value: part, title: partWords(part) }));
