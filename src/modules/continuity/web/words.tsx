import { State, Tag } from '#ui/tag.tsx';
import type { Process } from '../contract.ts';
import { t } from './messages.en.ts';

const HOUR = 60;
const DAY = 1440;

/** Minutes in the largest whole unit: `90 min`, `4 h`, `3 d`. */
export function spanWords(min: number | null): string {
  if (min === null) return t('continuity.unknown');
  if (min > 0 && min % DAY === 0) return t('continuity.days', { n: min / DAY });
  return min > 0 && min % HOUR === 0 ? t('continuity.hours', { n: min / HOUR }) : t('continuity.minutes', { n: min });
}

type Gap = Process['gaps'][number];
const LOOK = { slower: 'p1', 'mtpd-too-long': 'p1', 'no-times': 'p2', 'not-assessed': 'p2', unknown: 'line', 'review-due': 'p2' } as const;
export const gapWords = ({ kind, name, min }: Gap): string => t(`continuity.gap.${kind}`, { name, time: spanWords(min) });

/** How many things do not fit, in the colour of the gravest. */
export const GapsTag = ({ gaps }: Pick<Process, 'gaps'>) => (gaps[0] ? <Tag look={LOOK[gaps[0].kind]} icon="warning">{t('continuity.gaps.n', { n: gaps.length })}</Tag> : <Tag look="ok">{t('continuity.fits')}</Tag>);
export const GapTag = ({ gap }: { gap: Gap }) => <Tag look={LOOK[gap.kind]}>{gapWords(gap)}</Tag>;

export const ProcessState = ({ state }: Pick<Process, 'state'>) => <State fill={state === 'active' ? 'full' : 'ended'}>{t(`continuity.state.${state}`)}</State>;

/** A day without its time, by the reader's language. */
export const dayWords = (day: string): string => new Intl.DateTimeFormat(document.documentElement.lang || 'en', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${day}T12:00:00Z`));
