import { useEffect, useRef } from 'react';
import { TwoTimes } from '#ui/time.tsx';
import css from './device.module.css';
import { t } from './messages.en.ts';
import { type Moving, type Opening, useMovingPicture } from './use-moving-picture.ts';

/** How moving pictures ended, or why there were none. */
export type Over = Extract<Moving, { state: 'none' | 'ended' }>;

type Props = { /** The same from one drawing to the next. */ open: Opening; label: string; siteZone: string | undefined; turn: number; goesOn?: boolean; onOver: (over: Over) => void };

/** Moving pictures as they come, with the time of the one that is shown. */
export function MovingPictures({ open, label, siteZone, turn, goesOn = false, onOver }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const moving = useMovingPicture(open, canvas, { turn, goesOn });
  useEffect(() => {
    if (moving.state === 'none' || moving.state === 'ended') onOver(moving);
  }, [moving, onOver]);
  const takenAt = moving.state === 'moving' ? moving.takenAt : null;
  return (
    <figure className={css.picture}>
      {takenAt === null && <p className="t2" role="status">{t('devices.picture.waiting')}</p>}
      <canvas ref={canvas} hidden={takenAt === null} role="img" aria-label={label} />
      {takenAt !== null && <figcaption className="t2 small"><TwoTimes at={takenAt} siteZone={siteZone} seconds />{goesOn && <> · {t('devices.live.how')}</>}</figcaption>}
    </figure>
  );
}
