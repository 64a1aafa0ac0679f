import { RecordLink } from '#platform/web/navigation.tsx';
import { useList, useRead } from '#platform/web/query.ts';
import { type Alarm, getAlarm, listAlarms } from '../contract.ts';
import { CasesFrom } from '#modules/cases/web/public.tsx';
import { WorkOnAlarm } from '#modules/workorders/web/public.tsx';
import { whereWords } from './words.ts';
import { placeWords } from '#modules/signals/web/public.tsx';
import { t } from './messages.en.ts';
import css from './detail.module.css';

const MOST_SHOWN = 50;

/** Of which device an alarm is; behind which it is folded, or what is folded into it, with the reason; and what is worked on it. */
export function DeviceOfAlarm({ alarm, siteZone, Part }: { alarm: Alarm; siteZone: string | undefined; Part: 'h2' | 'h3' }) {
  const { data } = useRead('alarms', getAlarm, { id: alarm.id });
  const device = data?.device ?? null;
  const work = <><WorkOnAlarm alarm={alarm} device={device} siteZone={siteZone} Part={Part} className={css.part} /><CasesFrom from={alarm} Part={Part} className={css.part} /></>;
  if (device === null && alarm.folded === 0 && alarm.foldedInto === null) return work;
  return (
    <>
    <section className={css.part} aria-label={t('watch.alarm.device')}>
      <Part className="label">{t('watch.alarm.device')}</Part>
      {device && <p><RecordLink kind="devices.device" id={device.id}>{device.name}</RecordLink></p>}
      {alarm.foldedInto !== null && <p>{t('watch.folded.into', { device: data?.behind?.name ?? t('watch.folded.some') })} <RecordLink kind="alarms.alarm" id={alarm.foldedInto}>{t('watch.folded.open')}</RecordLink></p>}
      {alarm.folded > 0 && <Folded alarm={alarm} />}
    </section>
    {work}
    </>
  );
}

function Folded({ alarm }: { alarm: Alarm }) {
  const list = useList('alarms', listAlarms, { state: 'all', foldedInto: alarm.id, limit: MOST_SHOWN });
  return (
    <details>
      <summary>{t('watch.folded', { n: alarm.folded })}</summary>
      <p className="t2 small">{t('watch.folded.why')}</p>
      <ul className={css.steps}>
        {(list.data ?? []).map((one) => <li key={one.id}><RecordLink kind="alarms.alarm" id={one.id}>{one.number}</RecordLink><span className="cut">{one.title}</span><span className="t2 small">{whereWords(one, placeWords(one.point, one.area))}</span></li>)}
      </ul>
    </details>
  );
}
