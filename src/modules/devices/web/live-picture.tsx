import { useRead } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { readPicture } from '../contract.ts';
import css from './device.module.css';
import { t } from './messages.en.ts';

const EVERY_MS = 2_000;

/** The picture of now of a camera, fetched anew every two seconds while it is seen; a picture that could not be fetched anew is never shown as now. */
export default function LivePicture({ deviceId, name, siteZone }: { deviceId: string; name: string; siteZone: string | undefined }) {
  const reading = useRead('devices', readPicture, { id: deviceId }, { everyMs: EVERY_MS });
  if (reading.state === 'waiting') return <p className="t2" role="status">{t('devices.picture.waiting')}</p>;
  if (reading.problem) return <div className={css.noPicture} role="status"><p>{t('devices.picture.none')} <span className="t2">{reading.problem.detail}</span></p><Button onClick={reading.again}>{t('devices.picture.again')}</Button></div>;
  if (reading.state !== 'ready') return null;
  return (
    <figure className={css.picture}>
      <img src={`data:image/webp;base64,${reading.data.webp}`} alt={t('devices.picture.of', { name })} />
      <figcaption className="t2 small"><TwoTimes at={reading.data.takenAt} siteZone={siteZone} seconds /> · {t('devices.picture.how')}</figcaption>
    </figure>
  );
}
