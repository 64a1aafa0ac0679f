import { RecordLink } from '#platform/web/navigation.tsx';
import { useList } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { type Priority, PriorityShape } from '#ui/priority.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { type Alarm, listAlarms } from '../contract.ts';
import { shownState } from '../rules.ts';
import { t } from './messages.en.ts';
import css from './public.module.css';

/** What a signal became: its alarms, and the incidents that were declared from them. */
export function AlarmsOfSignal({ signalId }: { signalId: string }) {
  const mayRead = useMay('alarms:read');
  const list = useList('alarms', listAlarms, { state: 'all', signalId, limit: 20 }, { isOn: mayRead });
  if (!mayRead) return null;
  return (
    <Panel title={t('watch.of-signal')}>
      <Asked reading={list}>{(alarms) => (alarms.length === 0 ? <Empty>{t('watch.of-signal.none')}</Empty> : <ul className={css.list}>{alarms.map((alarm) => <Became key={alarm.id} alarm={alarm} />)}</ul>)}</Asked>
    </Panel>
  );
}

function Became({ alarm }: { alarm: Alarm }) {
  const priority = alarm.priority as Priority;
  return (
    <li className={css.line}>
      <PriorityShape priority={priority} isOutlined={!alarm.isActive || alarm.handling === 'shelved'} label={t('watch.row.priority', { priority })} />
      <span className={css.words}>
        <RecordLink kind="alarms.alarm" id={alarm.id}>{alarm.title}</RecordLink> <span className="mono t2 nowrap">{alarm.number}</span>
      </span>
      <span className="t2">{t(`watch.state.${shownState(alarm)}`)}</span>
      {alarm.incidentId && <RecordLink kind="incidents.incident" id={alarm.incidentId}>{t('watch.alarm.incident', { number: alarm.incidentNumber ?? '' })}</RecordLink>}
    </li>
  );
}

/** What a device raised, what of it was false and what that cost. */
export { AlarmsOfDevice } from './alarms-of-device.tsx';
