import type { Decision } from '#platform/two-person/contract.ts';
import { readFigure } from '#modules/metrics/contract.ts';
import { figureWords, ofWords } from '#modules/metrics/web/public.tsx';
import { useDecisionWords } from '#platform/web/decision-words.tsx';
import { Link } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { LinkButton } from '#ui/button.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Empty } from '#ui/states.tsx';
import { Age, TwoTimes } from '#ui/time.tsx';
import type { Morning } from '../contract.ts';
import css from './desk.module.css';
import { t } from './messages.en.ts';

/** What waits for this person: decisions of two people first, then corrective actions that are overdue. */
export function Needs({ decisions, late }: { decisions: readonly Decision[]; late: Morning['actions']['latest'] }) {
  const wordsOf = useDecisionWords();
  return (
    <Panel title={t('desk.needs')} note={decisions.length > 0 ? t('desk.decide', { n: decisions.length }) : undefined}>
      {decisions.length + late.length === 0 ? <Empty>{t('desk.needs.none')}</Empty> : (
        <ul className={css.rows}>
          {decisions.map((decision, i) => (
            <li key={decision.id}>
              <div className={css.words}><b className="strong">{wordsOf(decision.kind)?.sentence(decision.facts) ?? decision.kind}</b><p className="t2">{t('desk.needs.decision', { person: decision.proposedBy.name })}</p></div>
              <TwoTimes at={decision.expiresAt} />
              <LinkButton to={`/decisions/${decision.id}`} look={i === 0 ? 'filled' : 'plain'}>{t('desk.needs.review')}</LinkButton>
            </li>
          ))}
          {late.map((action) => (
            <li key={action.id}>
              <div className={css.words}><b className="strong">{action.title}</b><p className="t2">{t('desk.needs.task')} · <span className="mono">{action.number}</span></p></div>
              <span className={css.late}><Age since={action.dueAt} /></span>
              <LinkButton to={`/incidents/${action.incidentId}?tab=tasks`}>{t('desk.needs.open')}</LinkButton>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

const CHANGES = [['alarms', '/watch/history'], ['alarmsClosed', '/watch/history?state=closed'], ['incidents', '/incidents'], ['incidentsClosed', '/incidents?state=closed'], ['repairs', '/watch/work-orders?state=ended']] as const;
const CHANGE_WORDS = { alarms: 'desk.changed.alarms', alarmsClosed: 'desk.changed.alarms-closed', incidents: 'desk.changed.incidents', incidentsClosed: 'desk.changed.incidents-closed', repairs: 'desk.changed.repairs' } as const;

/** What came and what ended since the last visit, and the gravest that became known. */
export function Changed({ morning: { changed, incidents, since }, isFirst }: { morning: Morning; isFirst: boolean }) {
  return (
    <Panel title={t('desk.changed')} note={isFirst ? t('desk.changed.first') : <TwoTimes at={since} />}>
      <dl className={css.facts}>{CHANGES.map(([key, to]) => <div key={key}><dt>{t(CHANGE_WORDS[key])}</dt><dd>{changed[key] === 0 ? 0 : <Link to={to}>{changed[key]}</Link>}</dd></div>)}</dl>
      {incidents.length > 0 && (
        <ul className={css.rows}>
          {incidents.map((incident) => (
            <li key={incident.id}><div className={css.words}><Link to={`/incidents/${incident.id}`}><b className="strong">{incident.title}</b></Link><p className="t2"><span className="mono">{incident.number}</span> · <span className={incident.severity >= 4 ? css.grave : undefined}>{t('desk.changed.severity', { n: incident.severity })}</span></p></div></li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** What is silent, unanswered or not named: said before the figures, since they leave it out. */
export function Unknown({ unknown }: { unknown: Morning['unknown'] }) {
  const all = [
    { n: unknown.devicesDown, words: t('desk.unknown.devices-down', { n: unknown.devicesDown }), to: '/watch/devices?reach=down', of: unknown.devices },
    { n: unknown.devicesUnheard, words: t('desk.unknown.devices-unheard', { n: unknown.devicesUnheard }), to: '/watch/devices?reach=unknown', of: unknown.devices },
    { n: unknown.lateAlarms, words: t('desk.unknown.late-alarms', { n: unknown.lateAlarms }), to: '/watch', of: null },
    { n: unknown.unclassified, words: t('desk.unknown.unclassified', { n: unknown.unclassified }), to: '/incidents?state=open', of: null },
  ].filter(({ n }) => n > 0);
  return (
    <Panel title={t('desk.unknown')}>
      {all.length === 0 ? <Empty>{t(unknown.devices === 0 ? 'desk.unknown.no-devices' : 'desk.unknown.none')}</Empty> : <ul className={css.rows}>{all.map(({ words, to, of }) => <li key={words}><div className={css.words}><Link to={to}>{words}</Link>{of !== null && <span className="t2">{t('desk.unknown.of', { n: of })}</span>}</div></li>)}</ul>}
    </Panel>
  );
}

/** Corrective actions: how many are open and overdue, and how many were done on time. */
export function Actions({ actions }: { actions: Morning['actions'] }) {
  const onTime = useRead('metrics', readFigure, { key: 'incidents.actions-on-time', days: 365 }, { isOn: useMay('metrics:read') });
  return (
    <Panel title={t('desk.actions')} actions={onTime.data && <Link className={css.link} to="/desk/figure?key=incidents.actions-on-time&days=365">{t('desk.definition')}</Link>}>
      <dl className={css.facts}>
        <div><dt>{t('desk.actions.open')}</dt><dd>{actions.open}</dd></div>
        <div><dt>{t('desk.actions.late')}</dt><dd className={actions.late > 0 ? css.late : undefined}>{actions.late}</dd></div>
        {onTime.data && <div><dt>{[t('desk.actions.on-time'), ofWords(onTime.data.metric, onTime.data.figure)].filter((words) => words !== '' && words !== figureWords(onTime.data.metric, onTime.data.figure)).join(', ')}</dt><dd>{figureWords(onTime.data.metric, onTime.data.figure)}</dd></div>}
      </dl>
      {actions.late === 0 && <Empty>{t('desk.actions.none')}</Empty>}
    </Panel>
  );
}
