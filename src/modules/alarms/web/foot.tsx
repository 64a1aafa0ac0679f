import { useRead } from '#platform/web/query.ts';
import { useMe } from '#platform/web/session.tsx';
import { KeyCap } from '#ui/key-cap.tsx';
import { summarise } from '../contract.ts';
import css from './foot.module.css';
import { t } from './messages.en.ts';
import { shortName } from './words.ts';

/** How much each operator had in the last hour, how the shift was answered, and the keys. */
export function Foot() {
  const me = useMe();
  const { data } = useRead('alarms', summarise, {}, { everyMs: 60_000 });
  const most = Math.max(1, ...(data?.load ?? []).map((one) => one.handled));
  return (
    <>
      <div className={css.load}>
        <span className="label">{t('watch.load')}</span>
        {data?.load.length === 0 && <span className="t2 small">{t('watch.load.none')}</span>}
        {data?.load.map((one) => (
          <div key={one.personId} className={css.one}>
            <span className="cut">{one.personId === me.personId ? t('watch.load.you') : shortName(one.name)}</span>
            <div className={css.bar} role="img" aria-label={t('watch.load.said', { name: one.name, n: one.handled })}><i style={{ width: `${(one.handled / most) * 100}%` }} /></div>
            <b>{one.handled}</b>
          </div>
        ))}
      </div>
      <span className={css.line} aria-hidden="true" />
      <div className={css.part}>
        <span className="label">{t('watch.answered')}</span>
        {data && (data.answered === 0 ? <span className="t2">{t('watch.answered.none')}</span> : <><b>{`${((100 * data.inTime) / data.answered).toFixed(1)} %`}</b> <span className="t2 small">{t('watch.answered.of', { n: data.answered })}</span></>)}
      </div>
      <div className={css.keys} aria-hidden="true">
        <span><KeyCap k="J" /><KeyCap k="K" /> {t('watch.keys.move')}</span>
        <span><KeyCap k="A" /> {t('watch.keys.acknowledge')}</span>
        <span><KeyCap k="N" /> {t('watch.keys.next')}</span>
        <span><KeyCap k="?" /> {t('watch.keys.all')}</span>
      </div>
    </>
  );
}
