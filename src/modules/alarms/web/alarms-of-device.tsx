import { RecordLink } from '#platform/web/navigation.tsx';
import { useList, useRead } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { type Priority, PriorityShape } from '#ui/priority.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Money, TwoTimes } from '#ui/time.tsx';
import { moneyWords } from '#ui/times.ts';
import { deviceCosts, listAlarms } from '../contract.ts';
import { dispositionOf, shownState } from '../rules.ts';
import { t } from './messages.en.ts';
import css from './public.module.css';

const LATEST = 8;

/** What was raised at the places of a device: the latest, how much was false in a year, and what that cost, with the definition. */
export function AlarmsOfDevice({ deviceId, siteZone }: { deviceId: string; siteZone?: string | undefined }) {
  const mayRead = useMay('alarms:read');
  const list = useList('alarms', listAlarms, { state: 'all', deviceId, limit: LATEST }, { isOn: mayRead });
  if (!mayRead) return null;
  return (
    <Panel title={t('watch.of-device')}>
      <Costs deviceId={deviceId} />
      <Asked reading={list}>{(alarms) => (alarms.length === 0 ? <Empty>{t('watch.of-device.none')}</Empty> : (
        <ul className={css.list}>
          {alarms.slice(0, LATEST).map((alarm) => (
            <li key={alarm.id} className={css.line}>
              <PriorityShape priority={alarm.priority as Priority} isOutlined={!alarm.isActive || alarm.handling === 'shelved'} label={t('watch.row.priority', { priority: alarm.priority })} />
              <span className={css.words}><RecordLink kind="alarms.alarm" id={alarm.id}>{alarm.title}</RecordLink> <span className="mono t2 nowrap">{alarm.number}</span></span>
              <span className="t2">{alarm.foldedInto !== null ? t('watch.folded.is') : alarm.disposition === null ? t(`watch.state.${shownState(alarm)}`) : (dispositionOf(alarm.disposition)?.title ?? alarm.disposition)}</span>
              <TwoTimes at={alarm.raisedAt} siteZone={siteZone} />
            </li>
          ))}
        </ul>
      ))}</Asked>
    </Panel>
  );
}

function Costs({ deviceId }: { deviceId: string }) {
  const reading = useRead('alarms', deviceCosts, { deviceId });
  return (
    <Asked reading={reading}>{({ days, raised, counted, countedFalse, cost, causes }) => (raised === 0 ? null : (
      <div className={css.costs}>
        <p>{t('watch.of-device.year', { n: raised, days })} {t('watch.device.false', { false: countedFalse, counted })}</p>
        {causes.length > 0 && <p className="t2 small">{causes.map((one) => `${one.title} ${one.count}`).join(' · ')}</p>}
        {cost === null ? <p className="t2 small">{t('watch.of-device.cost.unknown')}</p> : (
          <>
            <p><span className="t2">{t('watch.of-device.cost')}</span> <b className="strong"><Money minor={cost.totalMinor} currency={cost.currency} /></b></p>
            <p className="t2 small">{t('watch.of-device.cost.definition', { days, each: moneyWords({ minor: cost.eachMinor, currency: cost.currency }) })} {cost.basis}</p>
          </>
        )}
      </div>
    ))}</Asked>
  );
}
