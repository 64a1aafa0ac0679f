import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useConnection } from '#platform/web/live.ts';
import { decimal } from '#platform/web/messages.ts';
import { Link, RecordLink } from '#platform/web/navigation.tsx';
import { useMay, useMe } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { useNow } from '#ui/clock.ts';
import { Icon } from '#ui/icon.tsx';
import { type Priority, PriorityShape } from '#ui/priority.tsx';
import { SimulatedTag } from '#ui/simulated.tsx';
import { Disc, State } from '#ui/tag.tsx';
import { Age, TwoTimes } from '#ui/time.tsx';
import { ageWords } from '#ui/times.ts';
import { ProcedureSteps } from '#modules/procedures/web/public.tsx';
import { placeWords } from '#modules/signals/web/public.tsx';
import { AlarmPlace } from '#modules/sites/web/public.tsx';
import type { Alarm, AlarmDetail } from '../contract.ts';
import { causeOf, dispositionOf, shownState } from '../rules.ts';
import { CamerasOfAlarm } from './cameras-of-alarm.tsx';
import css from './detail.module.css';
import { DeviceOfAlarm } from './device-of-alarm.tsx';
import { t } from './messages.en.ts';
import type { Verb } from './next-step.ts';
import { answerOf } from './queue.ts';
import { OfferLine } from './shifts/offer.tsx';
import { OnDutyPart } from './shifts/on-duty-part.tsx';
import type { Handling } from './use-handling.ts';
import { InAlarm } from './register/in-alarm.tsx';
import { siteWords, whereWords } from './words.ts';

const PutDialog = lazy(() => import('./held/put-dialog.tsx'));

type DetailProps = { alarm: Alarm; signals: AlarmDetail['signals'] | null; rule?: AlarmDetail['rule'] | undefined; siteZone: string | undefined; handling: Handling; level: 1 | 2; end?: ReactNode };

const KEYS: Partial<Record<Verb, string>> = { claim: 'C', acknowledge: 'A', close: 'X', release: 'U', shelve: 'S', unshelve: 'S', declare: 'I', 'take-over': 'F', return: 'Y' };
const ASIDE: readonly Verb[] = ['acknowledge', 'take-over', 'return', 'shelve', 'release', 'declare', 'close'];

/** One alarm: what it is, how long is left, who has it, what comes next, and why it is one alarm. */
export function Detail({ alarm, signals, rule, siteZone, handling, level, end }: DetailProps) {
  const isCut = useConnection().kind === 'cut';
  const priority = alarm.priority as Priority;
  const Heading = level === 1 ? 'h1' : 'h2';
  const Part = level === 1 ? 'h2' : 'h3';
  const next = handling.nextOf(alarm);
  const aside = ASIDE.filter((verb) => verb !== next && handling.verbsOf(alarm).has(verb));
  return (
    <div className={cx(css.pane, css[`p${priority}`], isCut && css.struck)}>
      <header className={css.head}>
        <div className={css.name}>
          <PriorityShape priority={priority} isOutlined={!alarm.isActive || alarm.handling === 'shelved'} label={t('watch.row.priority', { priority })} />
          <div>
            <Heading className="head">{alarm.title}</Heading>
            <p className="t2 small">{whereWords(alarm, placeWords(alarm.point, alarm.area))} · <span className="mono nowrap">{alarm.number}</span></p>
          </div>
          {end}
        </div>
        {alarm.isSimulated && <p className="row small"><SimulatedTag /> {t('watch.simulated')}</p>}
        <AnswerFigure alarm={alarm} />
        <div className={css.times}>
          <TwoTimes at={alarm.raisedAt} siteZone={siteZone} seconds />
          {Math.abs(Date.parse(alarm.knownAt) - Date.parse(alarm.raisedAt)) >= 2_000 && <span className="row"><span className="t2">{t('watch.alarm.known')}</span><TwoTimes at={alarm.knownAt} siteZone={siteZone} seconds /></span>}
        </div>
        <Standing alarm={alarm} siteZone={siteZone} />
      </header>
      {(next !== null || handling.refusalOf(alarm.id) !== null) && (
        <div className={css.next} data-next>
          {next !== null && <Button look="filled" size="large" isBusy={handling.isBusy(next)} {...(KEYS[next] && { keyCap: KEYS[next] })} onClick={() => handling.start(next, alarm)}>{t(`watch.verb.${next}`)}</Button>}
          <div role="status">{handling.refusalOf(alarm.id) && <p className={css.refusal}><Icon name="warning" size={13} /><span>{handling.refusalOf(alarm.id)}</span></p>}</div>
        </div>
      )}
      <div className={css.scroll} tabIndex={0} role="group" aria-label={t('watch.alarm.why')}>
        {alarm.incidentId && (
          <div className={css.part}>
            <RecordLink kind="incidents.incident" id={alarm.incidentId} className={css.incident}><Icon name="command" size={13} />{t('watch.alarm.incident', { number: alarm.incidentNumber ?? '' })}</RecordLink>
          </div>
        )}
        {rule && <div className={css.part}><Link to={`/watch/rules/${rule.id}`} className={css.incident}><Icon name="bolt" size={13} />{t('watch.alarm.rule', { number: rule.number, n: rule.n })}</Link></div>}
        {alarm.onTestId && <div className={css.part}><p>{t('watch.on-test.rang')}</p><Link to={`/watch/held/${alarm.onTestId}`} className={css.incident}><Icon name="clock" size={13} />{t('watch.on-test.see')}</Link></div>}
        <ProcedureSteps recordId={alarm.id} siteZone={siteZone} Part={Part} isOpen={alarm.handling === 'acknowledged'} />
        <InAlarm type={alarm.type} Part={Part} />
        <CamerasOfAlarm alarm={alarm} siteZone={siteZone} Part={Part} />
        <AlarmPlace alarm={alarm} />
        <Why alarm={alarm} signals={signals} siteZone={siteZone} Part={Part} />
        <Facts alarm={alarm} Part={Part} />
        <DeviceOfAlarm alarm={alarm} siteZone={siteZone} Part={Part} />
        {alarm.handling !== 'closed' && <OnDutyPart alarmId={alarm.id} Part={Part} className={css.part} />}
      </div>
      <div className={css.verbs} role="group" aria-label={t('watch.verbs')}>
        {aside.map((verb) => <Button key={verb} isBusy={handling.isBusy(verb)} {...(KEYS[verb] && { keyCap: KEYS[verb] })} onClick={() => handling.start(verb, alarm)}>{t(`watch.verb.${verb}`)}</Button>)}
        <PutOnTest alarm={alarm} />
      </div>
    </div>
  );
}

/** Puts the point that rings on test, where somebody works on it. */
function PutOnTest({ alarm }: { alarm: Alarm }) {
  const [isAsking, setAsking] = useState(false);
  const mayPut = useMay('alarms:site-on-test') && alarm.sourceId !== null && alarm.handling !== 'closed';
  useCommands(mayPut ? [{ key: 'P', title: t('watch.on-test.put'), run: () => setAsking(true) }] : []);
  if (!mayPut || alarm.sourceId === null) return null;
  const name = [alarm.sourceName, placeWords(alarm.point, alarm.area)].filter(Boolean).join(' · ');
  return (
    <>
      <Button keyCap="P" onClick={() => setAsking(true)}>{t('watch.on-test.put')}</Button>
      <Suspense fallback={null}>{isAsking && <PutDialog point={{ sourceId: alarm.sourceId, point: alarm.point ?? '', name }} onClose={() => setAsking(false)} />}</Suspense>
    </>
  );
}

/** What is left to answer, or how far it is over; once answered, after how long. */
function AnswerFigure({ alarm }: { alarm: Alarm }) {
  const now = useNow();
  const answer = answerOf(alarm, now);
  if (answer.kind === 'none') return null;
  if (answer.kind === 'given') return <p className="t2 small">{answer.isInTime ? t('watch.alarm.answered', { time: ageWords(answer.afterMs) }) : t('watch.alarm.answered.late', { time: ageWords(answer.afterMs), of: ageWords(Date.parse(alarm.answerBy) - Date.parse(alarm.knownAt)) })}</p>;
  const of = ageWords(answer.ofMs);
  const isOver = answer.kind === 'over';
  const time = ageWords(isOver ? answer.ms : Math.ceil(answer.ms / 1_000) * 1_000);
  const words = isOver ? `${t('watch.alarm.over', { time })} ${t('watch.alarm.over.of', { of })}` : t('watch.alarm.due', { time, of });
  return (
    <div className={cx(css.answer, isOver && css.over)}>
      <div className={css.figure}>
        <b className="figure">{isOver ? t('watch.alarm.over', { time }) : time}</b>
        <span className="t2">{isOver ? t('watch.alarm.over.of', { of }) : t('watch.alarm.left', { of })}</span>
      </div>
      <div className={css.bar} role="img" aria-label={words}><i style={{ width: `${answer.part * 100}%` }} /></div>
    </div>
  );
}

const FILL = { unacknowledged: 'empty', acknowledged: 'full', 'returned-unacknowledged': 'half', 'returned-acknowledged': 'half', shelved: 'ended', closed: 'ended' } as const;

/** The state in words: what, by whom, since when, and who has it. */
function Standing({ alarm, siteZone }: { alarm: Alarm; siteZone: string | undefined }) {
  const me = useMe().personId;
  const now = useNow();
  const state = shownState(alarm);
  const isOpen = alarm.handling === 'unacknowledged' || alarm.handling === 'acknowledged';
  return (
    <div className={css.stands}>
      <State fill={FILL[state]}>{t(`watch.state.${state}`)}</State>
      {isOpen && !alarm.isActive && alarm.returnedAt && <span className="t2">{t('watch.state.ended', { time: ageWords(now.getTime() - Date.parse(alarm.returnedAt)) })}</span>}
      {alarm.handling === 'shelved' && <span className="t2">{[alarm.shelver && t('watch.state.by', { name: alarm.shelver }), alarm.shelvedUntil && t('watch.state.returns', { time: ageWords(Date.parse(alarm.shelvedUntil) - now.getTime()) })].filter(Boolean).join(', ')}{alarm.shelvedWhy && <>: {alarm.shelvedWhy}</>}</span>}
      {alarm.handling === 'closed' && alarm.closedAt && <span className="t2">{alarm.closer ? t('watch.state.by', { name: alarm.closer }) : t('watch.state.by-rule')} <TwoTimes at={alarm.closedAt} siteZone={siteZone} seconds />{alarm.closedWhilePresent && <>, {t('watch.state.present')}</>}</span>}
      {isOpen && <Holder alarm={alarm} me={me} />}
    </div>
  );
}

function Holder({ alarm, me }: { alarm: Alarm; me: string }) {
  if (alarm.ownerId === null || alarm.owner === null) return <><span className="t2">{t('watch.alarm.free')}</span><OfferLine alarmId={alarm.id} /></>;
  return (
    <span className={css.holder}>
      <Disc name={alarm.owner} size={20} />
      <span className="strong">{alarm.ownerId === me ? t('watch.alarm.mine') : t('watch.alarm.held', { name: alarm.owner })}</span>
      {alarm.claimedAt && <span className="t2"><Age since={alarm.claimedAt} /></span>}
    </span>
  );
}

const MOST_STEPS = 12;

type PartHeading = { Part: 'h2' | 'h3' };

/** Why these signals are one alarm: the rule, and each signal by its distance from the first. */
function Why({ alarm, signals, siteZone, Part }: { alarm: Alarm; signals: AlarmDetail['signals'] | null; siteZone: string | undefined } & PartHeading) {
  const first = signals?.[0];
  const place = [alarm.sourceName, placeWords(alarm.point, alarm.area)].filter(Boolean).join(', ');
  return (
    <section className={css.part} aria-label={t('watch.alarm.why')}>
      <Part className="label">{t('watch.alarm.why')}</Part>
      <p>{t('watch.alarm.why.rule', { type: alarm.title, place })}{alarm.repeats > 0 && <> {t('watch.alarm.why.repeats', { n: alarm.repeats })}</>}</p>
      {alarm.repeats > 0 && <p className="t2 small row">{t('watch.alarm.why.last')} <TwoTimes at={alarm.lastAt} siteZone={siteZone} seconds /></p>}
      {first && (
        <ol className={css.steps}>
          {signals.slice(-MOST_STEPS).map((signal) => (
            <li key={`${signal.id}${signal.effect}`}>
              <span>{`+${distance(first.receivedAt, signal.receivedAt)}`}</span>
              <span className="cut">{signal.title}</span>
              <span className="t2 small">{t(`watch.effect.${effectOf(signal.effect)}`)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

const EFFECTS = ['raise', 'repeat', 'return', 'withdraw'] as const;
export const effectOf = (effect: string): (typeof EFFECTS)[number] => EFFECTS.find((one) => one === effect) ?? 'repeat';

/** Seconds with a tenth below a minute, then minutes. */
function distance(from: string, to: string): string {
  const ms = Math.max(0, Date.parse(to) - Date.parse(from));
  return ms < 60_000 ? `${decimal(ms / 1_000, 1)} s` : ageWords(ms);
}

function Facts({ alarm, Part }: { alarm: Alarm } & PartHeading) {
  const finding = alarm.disposition === null ? null : (dispositionOf(alarm.disposition)?.title ?? alarm.disposition);
  const cause = alarm.cause === null ? null : (causeOf(alarm.cause)?.title ?? alarm.cause);
  const facts = [
    ['watch.alarm.finding', finding], ['watch.alarm.cause', cause], ['watch.alarm.note', alarm.note], ['watch.alarm.handed', alarm.handedTo], ['watch.alarm.duplicate', alarm.duplicateOf],
    ['watch.alarm.site', siteWords(alarm.site) ?? t('watch.no-site')], ['watch.alarm.source', alarm.sourceName], ['watch.alarm.place', placeWords(alarm.point, alarm.area)],
  ] as const;
  return (
    <section className={css.part} aria-label={t('watch.alarm.facts')}>
      <Part className="label">{t('watch.alarm.facts')}</Part>
      <dl className="facts">
        {facts.map(([name, value]) => value && <FactRow key={name} name={t(name)} value={value} />)}
        <FactRow name={t('watch.alarm.type')} value={<span className="mono">{alarm.type}</span>} />
      </dl>
    </section>
  );
}

const FactRow = ({ name, value }: { name: string; value: ReactNode }) => (
  <>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </>
);
