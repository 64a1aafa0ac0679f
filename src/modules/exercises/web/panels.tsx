import type { ReactNode } from 'react';
import { CAPABILITY_CHOICES, causeTitle, RATING_CHOICES } from '#modules/incidents/web/public.tsx';
import { RecordLink } from '#platform/web/navigation.tsx';
import { Button } from '#ui/button.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Empty } from '#ui/states.tsx';
import { State, Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import type { ExerciseDetail, Objective, Observation } from '../contract.ts';
import { countRatings } from '../rules.ts';
import css from './exercises.module.css';
import { t } from './messages.en.ts';
import { ExerciseState } from './words.tsx';

type Of = { exercise: ExerciseDetail };
const capabilityWords = (key: string): string => CAPABILITY_CHOICES.find(({ value }) => value === key)?.title ?? key;
const Fact = ({ name, children }: { name: string; children: ReactNode }) => (children ? <><dt>{name}</dt><dd>{children}</dd></> : null);

export function Facts({ exercise: x }: Of) {
  const zone = x.timeZone ?? undefined;
  return (
    <Panel title={t('exercises.facts')}>
      <div className={css.pad}>
        <dl className="facts">
          <Fact name={t('exercises.kind')}>{t(`exercises.kind.${x.kind}`)}</Fact>
          <Fact name={t('exercises.state')}><ExerciseState {...x} /></Fact>
          <Fact name={t('exercises.site')}>{x.site ?? t('exercises.site.none')}</Fact>
          <Fact name={t('exercises.planned')}><TwoTimes at={x.plannedFor} siteZone={zone} /> {x.plannedBy}</Fact>
          <Fact name={t('exercises.began')}>{x.startedAt && <TwoTimes at={x.startedAt} siteZone={zone} />}</Fact>
          <Fact name={t('exercises.ended')}>{x.endedAt && <><TwoTimes at={x.endedAt} siteZone={zone} /> {x.endedBy}: {x.endNote}</>}</Fact>
          <Fact name={t('exercises.cleared')}>{x.endedAt && x.startedAt && (x.isCleared ? t('exercises.cleared.yes') : t('exercises.cleared.no'))}</Fact>
          <Fact name={t('exercises.evaluated')}>{x.evaluatedAt && <><TwoTimes at={x.evaluatedAt} siteZone={zone} /> {x.evaluatedBy}</>}</Fact>
          <Fact name={t('exercises.incidents')}>{x.incidents.length > 0 && <ul className={css.list}>{x.incidents.map((one) => <li key={one.id}><RecordLink kind="incidents.incident" id={one.id}>{one.number ?? ''} {one.title}</RecordLink> <Tag>{t(one.state === 'closed' ? 'exercises.incident.closed' : 'exercises.incident.open')}</Tag></li>)}</ul>}</Fact>
          <Fact name={t('exercises.scenario')}>{x.scenario && <span className={css.text}>{x.scenario}</span>}</Fact>
          <Fact name={t('exercises.summary')}>{x.summary && <span className={css.text}>{x.summary}</span>}</Fact>
        </dl>
      </div>
    </Panel>
  );
}

export const People = ({ exercise, actions }: Of & { actions: ReactNode }) => (
  <Panel title={t('exercises.people')} actions={actions}>
    <div className={css.pad}>
      {exercise.participants.length === 0 ? <Empty>{t('exercises.people.none')}</Empty> : <ul className={css.list}>{exercise.participants.map(({ id, person, role }) => <li key={id}><span className={css.words}><b className="strong">{person.name}</b></span><Tag look="line">{t(`exercises.role.${role}`)}</Tag></li>)}</ul>}
    </div>
  </Panel>
);

export const Objectives = ({ exercise, actions, onStrike }: Of & { actions: ReactNode; onStrike: ((objective: Objective) => void) | null }) => (
  <Panel title={t('exercises.objectives')} actions={actions}>
    <div className={css.pad}>
      {exercise.objectives.length === 0 ? <Empty>{t('exercises.objectives.none')}</Empty> : (
        <ul className={css.list}>
          {exercise.objectives.map((one) => (
            <li key={one.id}>
              <span className={css.words}><b className="strong">{one.text}</b><span className="t2 small">{capabilityWords(one.capability)}</span><Ratings of={exercise.expectations.filter(({ objectiveId }) => objectiveId === one.id)} /></span>
              {onStrike && <Button onClick={() => onStrike(one)}>{t('exercises.objective.strike')}</Button>}
            </li>
          ))}
        </ul>
      )}
    </div>
  </Panel>
);

/** How what was expected was rated, counted. */
function Ratings({ of }: { of: ExerciseDetail['expectations'] }) {
  if (of.length === 0) return null;
  const counts = countRatings(of);
  return <span className="row small">{(['P', 'S', 'M', 'U'] as const).filter((key) => counts[key] > 0).map((key) => <Tag key={key} look={key === 'P' ? 'ok' : key === 'U' ? 'p1' : 'line'}>{t('exercises.rated.n', { rating: RATING_CHOICES.find(({ value }) => value === key)?.title ?? key, n: counts[key] })}</Tag>)}{counts.none > 0 && <span className="t2">{t('exercises.unrated.n', { n: counts.none })}</span>}</span>;
}

type ObservationDoes = { strike: (observation: Observation) => void; act: (observation: Observation) => void };

export function Observations({ exercise, actions, does, mayStrike, mayAct }: Of & { actions: ReactNode; does: ObservationDoes; mayStrike: boolean; mayAct: boolean }) {
  return (
    <Panel title={t('exercises.observations')} actions={actions}>
      <div className={css.pad}>
        {exercise.observations.length === 0 ? <Empty>{t('exercises.observations.none')}</Empty> : (
          <ul className={css.list}>
            {exercise.observations.map((one) => (
              <li key={one.id}>
                <span className={css.words}>
                  <span className="row"><Tag look={one.kind === 'strength' ? 'ok' : 'p3'}>{t(`exercises.observation.${one.kind}`)}</Tag><span className="t2 small">{capabilityWords(one.capability)}</span></span>
                  <span className={one.struckReason ? css.struck : css.text}>{one.text}</span>
                  {one.struckReason && <span className="t2 small">{t('exercises.struck', { why: one.struckReason })}</span>}
                  {one.cause && <span className="t2 small">{causeTitle(one.cause)}</span>}
                  {one.recommendation && <span className={css.text}>{one.recommendation}</span>}
                  {one.actions.map((action) => <span key={action.id} className="row small">{action.state && <State fill={action.state === 'open' ? 'half' : 'ended'}>{t(`exercises.action.${action.state}`)}</State>}<b className="strong">{action.title}</b> {action.owner} {action.dueAt && <TwoTimes at={action.dueAt} siteZone={exercise.timeZone ?? undefined} />}</span>)}
                  <span className="t3 small">{one.addedBy}</span>
                </span>
                <span className={css.acts}>
                  {mayAct && one.kind === 'improvement' && one.struckReason === '' && <Button onClick={() => does.act(one)}>{t('exercises.action.give')}</Button>}
                  {mayStrike && one.struckReason === '' && one.actions.length === 0 && <Button onClick={() => does.strike(one)}>{t('exercises.strike')}</Button>}
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}
