import { useCallback, useState } from 'react';
import { openBytes } from '#platform/web/call.ts';
import { useRead } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { readPicture, watchLive } from '../contract.ts';
import css from './device.module.css';
import { t } from './messages.en.ts';
import { MovingPictures, type Over } from './moving-pictures.tsx';

const EVERY_MS = 2_000;

type Props = { deviceId: string; name: string; siteZone: string | undefined };

/** What a camera shows now: moving, or one picture every two seconds where it cannot be, which is then said. A picture that could not be fetched anew is never shown as now. */
export default function LivePicture(props: Props) {
  const [turn, setTurn] = useState(0);
  return <Now key={turn} {...props} turn={turn} onAgain={() => setTurn(turn + 1)} />;
}

function Now({ turn, onAgain, ...props }: Props & { turn: number; onAgain: () => void }) {
  const { deviceId, name, siteZone } = props;
  const [over, setOver] = useState<Over | null>(null);
  const open = useCallback((signal: AbortSignal) => openBytes('devices', watchLive, { id: deviceId }, signal), [deviceId]);
  if (over) return <Still {...props} why={over.state === 'ended' ? t('devices.live.ended') : over.detail} onMove={onAgain} />;
  return <MovingPictures open={open} label={t('devices.picture.of', { name })} siteZone={siteZone} turn={turn} goesOn onOver={setOver} />;
}

/** The picture of now, fetched anew every two seconds while it is seen. */
function Still({ deviceId, name, siteZone, why, onMove }: Props & { why: string; onMove: () => void }) {
  const reading = useRead('devices', readPicture, { id: deviceId }, { everyMs: EVERY_MS });
  if (reading.state === 'waiting') return <p className="t2" role="status">{t('devices.picture.waiting')}</p>;
  if (reading.problem) return <div className={css.noPicture} role="status"><p>{t('devices.picture.none')} <span className="t2">{reading.problem.detail}</span></p><Button onClick={onMove}>{t('devices.picture.again')}</Button></div>;
  if (reading.state !== 'ready') return null;
  return (
    <figure className={css.picture}>
      <img src={`data:image/webp;base64,${reading.data.webp}`} alt={t('devices.picture.of', { name })} />
      <figcaption className="t2 small">
        <TwoTimes at={reading.data.takenAt} siteZone={siteZone} seconds /> · {t('devices.picture.how')}
        <span className={css.why}>{why} <Button onClick={onMove}>{t('devices.live.again')}</Button></span>
      </figcaption>
    </figure>
  );
}
