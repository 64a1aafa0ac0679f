import type { ReactNode } from 'react';
import { RATING_CHOICES } from '#modules/incidents/web/public.tsx';
import { Button } from '#ui/button.tsx';
import { useNow } from '#ui/clock.ts';
import { cx } from '#ui/class-names.ts';
import { Panel } from '#ui/record-page.tsx';
import { Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import type { Expectation, ExerciseDetail, Inject } from '../contract.ts';
import { clockWords, elapsedS } from '../rules.ts';
import css from './exercises.module.css';
import { t } from './messages.en.ts';
import { channelWords, whenWords } from './words.tsx';

type Does = { deliver: ((inject: Inject) => void) | null; skip: (inject: Inject) => void; change: ((inject: Inject) => void) | null; rate: ((expectation: Expectation) => void) | null };

/** In the order in which it came, or comes: what has no time yet stands last. */
const inOrder = (injects: readonly Inject[]): Inject[] => injects.toSorted((a, b) => (a.deliveredS ?? a.dueS ?? Infinity) - (b.deliveredS ?? b.dueS ?? Infinity));

/** The master scenario events list as a timeline; to a player only what reached them. */
export function Script({ exercise, does, actions }: { exercise: ExerciseDetail; does: Does; actions?: ReactNode }) {
  const now = useNow();
  const elapsed = elapsedS(exercise, now.getTime());
  const isOn = exercise.state === 'running' || exercise.state === 'paused';
  const titleOf = (id: string | null): string => exercise.injects.find((one) => one.id === id)?.title ?? exercise.expectations.find((one) => one.id === id)?.text ?? '';
  return (
    <Panel title={exercise.isWhole ? t('exercises.script') : t('exercises.script.mine')} actions={actions}>
      {exercise.injects.length === 0 ? <div className={css.pad}><Empty>{exercise.isWhole ? t('exercises.script.none') : t('exercises.script.mine.none')}</Empty></div> : (
        <ol className={css.script}>
          {inOrder(exercise.injects).map((inject) => (
            <li key={inject.id} className={cx(isOn && inject.state === 'waiting' && inject.dueS !== null && inject.dueS <= elapsed && css.due, inject.state === 'skipped' && css.gone)}>
              <span className="mono small">{inject.deliveredS === null ? (inject.dueS === null ? t('exercises.open') : clockWords(inject.dueS)) : clockWords(inject.deliveredS)}<br /><InjectState inject={inject} isDue={isOn && inject.dueS !== null && inject.dueS <= elapsed} /></span>
              <span className={css.words}>
                <b className={inject.state === 'skipped' ? css.struck : 'strong'}>{inject.title}</b>
                <span className={css.text}>{inject.text}</span>
                <span className="t2 small">{[channelWords(inject), whenWords(inject, titleOf), inject.isAutomatic ? t('exercises.by.itself') : null, inject.skipReason].filter(Boolean).join(' · ')}</span>
                <Expected of={exercise.expectations.filter(({ injectId }) => injectId === inject.id)} isOut={inject.state !== 'waiting' && inject.state !== 'skipped'} onRate={does.rate} />
              </span>
              <span className={css.acts}>
                {does.deliver && inject.state === 'waiting' && <><Button look={inject.dueS !== null && inject.dueS <= elapsed ? 'filled' : 'plain'} onClick={() => does.deliver?.(inject)}>{t('exercises.deliver')}</Button><Button onClick={() => does.skip(inject)}>{t('exercises.skip')}</Button></>}
                {does.change && <Button onClick={() => does.change?.(inject)}>{t('exercises.inject.change')}</Button>}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

const InjectState = ({ inject: { state }, isDue }: { inject: Inject; isDue: boolean }) => <Tag look={state === 'delivered' ? 'ok' : isDue && state === 'waiting' ? 'p2' : 'line'}>{t(isDue && state === 'waiting' ? 'exercises.inject.due' : `exercises.inject.${state}`)}</Tag>;

/** What was expected upon an inject, with how it was rated. */
function Expected({ of, isOut, onRate }: { of: readonly Expectation[]; isOut: boolean; onRate: Does['rate'] }) {
  if (of.length === 0) return null;
  return (
    <ul className={css.expected}>
      {of.map((one) => (
        <li key={one.id}>
          <span className={css.words}>
            <span>{one.text} {one.withinS !== null && <span className="t2 small">{t('exercises.within.n', { n: Math.round(one.withinS / 60) })}</span>}</span>
            {one.rating && <span className="small"><b className="strong">{RATING_CHOICES.find(({ value }) => value === one.rating)?.title}</b> {one.metS !== null && t('exercises.met.at', { at: clockWords(one.metS) })} <span className={css.text}>{one.observation}</span> <span className="t2">{one.ratedBy}</span></span>}
          </span>
          {onRate && isOut && <Button onClick={() => onRate(one)}>{one.rating ? t('exercises.rate.again') : t('exercises.rate')}</Button>}
        </li>
      ))}
    </ul>
  );
}
