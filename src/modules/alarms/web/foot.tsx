import { decimal } from '#platform/web/messages.ts';
import { useRead } from '#platform/web/query.ts';
import { useMe } from '#platform/web/session.tsx';
import { KeyCap } from '#ui/key-cap.tsx';
import { type Summary, summarise } from '../contract.ts';
import css from './foot.module.css';
import { t } from './messages.en.ts';
import { shortName } from './words.ts';

/** How much each operator had in the last hour, how the last hours were answered, and the keys. */
export function Foot() {
  const { data } = useRead('alarms', summarise, {}, { everyMs: 60_000 });
  return (
    <>
      {data && <Figures summary={data} />}
      <div className={css.keys} aria-hidden="true">
        <span><KeyCap k="J" /><KeyCap k="K" /> {t('watch.keys.move')}</span>
        <span><KeyCap k="A" /> {t('watch.keys.acknowledge')}</span>
        <span><KeyCap k="N" /> {t('watch.keys.next')}</span>
        <span><KeyCap k="?" /> {t('watch.keys.all')}</span>
      </div>
    </>
  );
}

function Figures({ summary: { load, answered, inTime } }: { summary: Summary }) {
  const me = useMe();
  const most = Math.max(1, ...load.map((one) => one.handled));
  return (
    <>
      <div className={css.load}>
        <span className="label">{t('watch.load')}</span>
        {load.length === 0 && <span className="t2 small">{t('watch.load.none')}</span>}
        {load.map((one) => (
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
        {answered === 0 ? <span className="t2 small">{t('watch.answered.none')}</span> : <><b>{`${decimal((100 * inTime) / answered, 1)} %`}</b> <span className="t2 small">{t('watch.answered.of', { n: answered })}</span></>}
      </div>
    </>
  );
}
