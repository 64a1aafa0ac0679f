import { RecordLink } from '#platform/web/navigation.tsx';
import { spokenLanguage } from '#platform/web/messages.ts';
import { useList } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { dateWords } from '#ui/times.ts';
import { listRounds, type Round } from '../plan-contract.ts';
import { addDays } from '../plan-rules.ts';
import { t } from './messages.en.ts';
import css from './workorders.module.css';

const MOST = 200;
const STARTS_MONDAY = 6;

const monthsOn = (month: string, n: number): string => {
  const [year = 1970, at = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, at - 1 + n, 1)).toISOString().slice(0, 7);
};
/** The weeks that a month touches, from Monday on. */
function weeksOf(month: string): string[][] {
  const first = `${month}-01`;
  const begin = addDays(first, -((new Date(`${first}T00:00:00Z`).getUTCDay() + STARTS_MONDAY) % 7));
  const last = addDays(`${monthsOn(month, 1)}-01`, -1);
  const weeks: string[][] = [];
  for (let day = begin; day <= last; day = addDays(day, 7)) weeks.push(Array.from({ length: 7 }, (_, i) => addDays(day, i)));
  return weeks;
}
const monthWords = (month: string): string => new Intl.DateTimeFormat(spokenLanguage(), { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${month}-01T00:00:00Z`));
const dayName = (day: string): string => new Intl.DateTimeFormat(spokenLanguage(), { weekday: 'short', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));

type Does = { onComplete: (round: Round) => void; onPostpone: (round: Round) => void };

/** Rounds by the day on which they are due: the overdue first, then a month as a sheet and as a list. */
export function Calendar({ month, onMonth, ...does }: Does & { month: string; onMonth: (month: string) => void }) {
  const weeks = weeksOf(month);
  const list = useList('workorders', listRounds, { from: weeks[0]?.[0], to: weeks.at(-1)?.[6], limit: MOST });
  const late = useList('workorders', listRounds, { state: 'due', to: addDays(new Date().toISOString().slice(0, 10), 1), limit: MOST });
  const overdue = (late.data ?? []).filter(({ isOverdue }) => isOverdue);
  return (
    <>
      <Panel title={t('workorders.plans.overdue')}><div className={css.pad}>{late.state === 'waiting' || overdue.length > 0 ? <Rounds rounds={overdue} {...does} /> : <Empty>{t('workorders.plans.overdue.none')}</Empty>}</div></Panel>
      <Panel title={monthWords(month)} actions={<><Button onClick={() => onMonth(monthsOn(month, -1))}>{t('workorders.plans.month.before')}</Button><Button onClick={() => onMonth(monthsOn(month, 1))}>{t('workorders.plans.month.next')}</Button></>}>
        <div className={css.pad}>
          <Asked reading={list}>{(rounds) => (
            <>
              <table className={css.month} aria-label={t('workorders.plans.month.of', { month: monthWords(month) })}>
                <thead><tr>{weeks[0]?.map((day) => <th key={day} scope="col">{dayName(day)}</th>)}</tr></thead>
                <tbody>{weeks.map((week) => <tr key={week[0]}>{week.map((day) => <td key={day} className={day.startsWith(month) ? undefined : css.out}><time dateTime={day}>{Number(day.slice(8))}</time>{rounds.filter(({ dueOn, state }) => dueOn === day && state !== 'dropped').map((round) => <Mark key={round.id} round={round} onComplete={does.onComplete} />)}</td>)}</tr>)}</tbody>
              </table>
              {rounds.length === 0 ? <Empty>{t('workorders.plans.due.none')}</Empty> : <Rounds rounds={rounds.filter(({ dueOn, state }) => dueOn.startsWith(month) && state !== 'dropped')} {...does} />}
            </>
          )}</Asked>
        </div>
      </Panel>
    </>
  );
}

const LOOK = { due: 'line', done: 'ok', dropped: 'plain' } as const;

function Mark({ round, onComplete }: { round: Round; onComplete: Does['onComplete'] }) {
  const mayPerform = useMay('workorders:perform');
  if (round.state !== 'due' || !mayPerform) return <p className="small cut">{round.plan.name}</p>;
  return <Button look="quiet" onClick={() => onComplete(round)}>{round.plan.name}</Button>;
}

function Rounds({ rounds, onComplete, onPostpone }: Does & { rounds: readonly Round[] }) {
  const mayPerform = useMay('workorders:perform');
  return (
    <ul className={css.list}>
      {rounds.map((round) => (
        <li key={round.id}>
          <span className={css.words}>
            <b className="strong">{round.plan.name}</b> <span className="t2">{[round.site, round.device?.name].filter(Boolean).join(', ')}</span> <time dateTime={round.dueOn}>{dateWords(round.dueOn)}</time>
            {round.postponedWhy && <p className="t2 small">{t('workorders.plans.postponed.why', { why: round.postponedWhy })}</p>}
            {round.doneBy && <p className="t2 small">{t('workorders.plans.done.by', { name: round.doneBy })}</p>}
            {round.answers?.filter(({ orderId }) => orderId !== null).map((one) => <p key={one.key} className="small"><Tag look="p2">{t('workorders.plans.result.failed')}</Tag> {one.text}: {one.note} <RecordLink kind="workorders.workorder" id={one.orderId ?? ''}>{t('workorders.plans.failed.order')}</RecordLink></p>)}
          </span>
          <Tag look={round.isOverdue ? 'p2' : LOOK[round.state]}>{round.isOverdue ? t('workorders.plans.is.overdue') : t(`workorders.plans.state.${round.state}`)}</Tag>
          {round.state === 'due' && mayPerform && <><Button onClick={() => onComplete(round)}>{t('workorders.plans.do')}<span className="unseen"> {round.plan.name} {round.dueOn}</span></Button><Button look="quiet" onClick={() => onPostpone(round)}>{t('workorders.plans.postpone')}<span className="unseen"> {round.plan.name} {round.dueOn}</span></Button></>}
        </li>
      ))}
    </ul>
  );
}
