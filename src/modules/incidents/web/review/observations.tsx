import { cx } from '#ui/class-names.ts';
import { Button, LinkButton } from '#ui/button.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Empty } from '#ui/states.tsx';
import { State, Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import type { Observation, Review, ReviewAction } from '../../review-contract.ts';
import { capabilityTitle, causeTitle, elementTitle } from '../../review-rules.ts';
import { t } from './messages.en.ts';
import type { Asking } from './review.page.tsx';
import css from './review.module.css';

type Props = { review: Review; kind: Observation['kind']; mayWrite: boolean; onAsk: (asking: Asking) => void };

/** What went well, or what is to be improved with its cause and its actions as they stand. */
export function Observations({ review, kind, mayWrite, onAsk }: Props) {
  const all = review.observations.filter((one) => one.kind === kind);
  const title = kind === 'strength' ? t('incidents.review.strengths') : t('incidents.review.improvements');
  return (
    <Panel title={title} actions={<>
      {kind === 'improvement' && all.some(({ actions }) => actions.length > 0) && <LinkButton to={`/incidents/${review.incident.id}?tab=tasks`}>{t('incidents.review.tasks.go')}</LinkButton>}
      {mayWrite && <Button look="quiet" icon="add" onClick={() => onAsk({ does: 'observe', kind, observation: null })}>{t(`incidents.review.${kind}.add`)}</Button>}
    </>}>
      {all.length === 0 && <Empty>{kind === 'strength' ? t('incidents.review.strengths.none') : t('incidents.review.improvements.none')}</Empty>}
      <ul className={css.list}>{all.map((one) => <One key={one.id} one={one} zone={review.incident.timeZone ?? undefined} mayWrite={mayWrite} onAsk={onAsk} />)}</ul>
    </Panel>
  );
}

function One({ one, zone, mayWrite, onAsk }: { one: Observation; zone: string | undefined; mayWrite: boolean; onAsk: (asking: Asking) => void }) {
  const isStruck = one.struckAt !== null;
  const isImprovement = one.kind === 'improvement';
  const of = <span className="unseen"> {one.text.slice(0, 60)}</span>;
  return (
    <li>
      <div className={css.line}><Tag look="line">{capabilityTitle(one.capability)}</Tag>{isImprovement && !isStruck && (one.cause === null ? <Tag>{t('incidents.review.cause.not')}</Tag> : <Tag look="p3">{causeTitle(one.cause)}</Tag>)}</div>
      <p className={cx(css.words, isStruck && css.struck)}>{one.text}</p>
      {isStruck && <p className="small t2">{t('incidents.review.observation.struck', { who: one.struckBy ?? '', why: one.struckReason ?? '' })}</p>}
      {one.recommendation !== '' && !isStruck && <p className={css.words}><span className="t2">{t('incidents.review.recommendation')}: </span>{one.recommendation}</p>}
      {isImprovement && !isStruck && (
        one.actions.length > 0 ? <ul className={css.actions}>{one.actions.map((action) => <Action key={action.id} action={action} zone={zone} />)}</ul>
          : <p className="t2">{one.noActionReason === '' ? t('incidents.review.action.missing') : t('incidents.review.action.none', { why: one.noActionReason })}</p>
      )}
      {mayWrite && !isStruck && (
        <div className={css.line}>
          {isImprovement && <Button icon="add" onClick={() => onAsk({ does: 'act', observation: one })}>{t('incidents.review.action.add')}{of}</Button>}
          <Button look="quiet" onClick={() => onAsk({ does: 'observe', kind: one.kind, observation: one })}>{t('incidents.review.observation.change')}{of}</Button>
          {one.actions.length === 0 && <Button look="quiet" onClick={() => onAsk({ does: 'strike', observation: one })}>{t('incidents.review.observation.strike')}{of}</Button>}
        </div>
      )}
    </li>
  );
}

const FILLS = { open: 'full', done: 'ended', dropped: 'ended' } as const;

function Action({ action, zone }: { action: ReviewAction; zone: string | undefined }) {
  return (
    <li className={css.line}>
      <b>{action.title}</b>
      {action.state === null ? <span className="t3">{t('incidents.review.action.state.gone')}</span> : <State fill={FILLS[action.state]}>{t(`incidents.review.action.state.${action.state}`)}</State>}
      {action.isOverdue && <span className={css.late}>{t('incidents.review.action.overdue')}</span>}
      <span className="t2">{elementTitle(action.element)}{action.owner && ` · ${action.owner}`}</span>
      {action.dueAt && action.state === 'open' && <span className="t2">{t('incidents.reviews.due')} <TwoTimes at={action.dueAt} siteZone={zone} /></span>}
      {action.endedAt && <span className="t2"><TwoTimes at={action.endedAt} siteZone={zone} />{action.outcome && `: ${action.outcome}`}</span>}
    </li>
  );
}
