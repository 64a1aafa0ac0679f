import { useNow } from '#ui/clock.ts';
import { State, Tag } from '#ui/tag.tsx';
import type { Exercise, Inject } from '../contract.ts';
import { clockWords, elapsedS, KINDS, MARK, ROLES } from '../rules.ts';
import css from './exercises.module.css';
import { t } from './messages.en.ts';

export const KIND_CHOICES = KINDS.map((value) => ({ value, title: t(`exercises.kind.${value}`) }));
export const ROLE_CHOICES = ROLES.map((value) => ({ value, title: t(`exercises.role.${value}`) }));

const FILL = { planned: 'empty', running: 'full', paused: 'half', ended: 'half', evaluated: 'ended', cancelled: 'ended' } as const;
export const ExerciseState = ({ state }: Pick<Exercise, 'state'>) => <State fill={FILL[state]}>{t(`exercises.state.${state}`)}</State>;

/** The watermark over everything of an exercise. */
export const Mark = () => <div className={css.mark} role="note" aria-label={t('exercises.mark.said')}>{[0, 1, 2, 3, 4, 5].map((n) => <span key={n} aria-hidden="true">{MARK}</span>)}</div>;
export const MarkTag = () => <Tag look="p2" icon="warning">{MARK}</Tag>;

/** The clock of the exercise; it stands in pauses. */
export function Clock({ of }: { of: Pick<Exercise, 'runS' | 'clockFrom'> }) {
  const now = useNow();
  return <span className={css.clock} role="timer" aria-label={t('exercises.clock')}>{clockWords(elapsedS(of, now.getTime()))}</span>;
}

const DASH = '–';
/** When an inject comes, in words. */
export function whenWords({ trigger, delayS, afterId, expectationId }: Inject, titleOf: (id: string | null) => string): string {
  const minutes = t('exercises.minutes', { n: Math.round(delayS / 60) });
  if (trigger === 'clock') return clockWords(delayS);
  if (trigger === 'hand') return t('exercises.when.hand');
  return trigger === 'inject' ? t('exercises.when.inject', { what: titleOf(afterId) || DASH, minutes }) : t('exercises.when.met', { what: titleOf(expectationId) || DASH, minutes });
}

/** By which way it reaches the players. */
export const channelWords = ({ channel, signalTitle, signalPoint }: Inject): string => (channel === 'signal' ? t('exercises.channel.signal.of', { type: signalTitle ?? '', point: signalPoint ?? '' }) : t(`exercises.channel.${channel}`));
