import { useRef, useState } from 'react';
import { useRead } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { readPicture } from '../contract.ts';
import css from './device.module.css';
import { t } from './messages.en.ts';
import { type Moving, useMovingPicture } from './use-moving-picture.ts';

const EVERY_MS = 2_000;

type Props = { deviceId: string; name: string; siteZone: string | undefined };

/** What a camera shows now: moving, or one picture every two seconds where it cannot be, which is then said. A picture that could not be fetched anew is never shown as now. */
export default function LivePicture(props: Props) {
  const [turn, setTurn] = useState(0);
  return <Now key={turn} {...props} turn={turn} onAgain={() => setTurn(turn + 1)} />;
}

function Now({ turn, onAgain, ...props }: Props & { turn: number; onAgain: () => void }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const moving = useMovingPicture(props.deviceId, canvas, turn);
  if (moving.state === 'none' || moving.state === 'ended') return <Still {...props} why={whyOf(moving)} onMove={onAgain} />;
  const isMoving = moving.state === 'moving';
  return (
    <figure className={css.picture}>
      {!isMoving && <p className="t2" role="status">{t('devices.picture.waiting')}</p>}
      <canvas ref={canvas} hidden={!isMoving} role="img" aria-label={t('devices.picture.of', { name: props.name })} />
      {moving.takenAt !== null && <figcaption className="t2 small"><TwoTimes at={moving.takenAt} siteZone={props.siteZone} seconds /> · {t('devices.live.how')}</figcaption>}
    </figure>
  );
}

const whyOf = (moving: Extract<Moving, { state: 'none' | 'ended' }>): string => (moving.state === 'ended' ? t('devices.live.ended') : moving.detail);

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
