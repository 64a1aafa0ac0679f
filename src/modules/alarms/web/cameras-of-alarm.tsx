import { useState } from 'react';
import { useRead } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { LivePicture } from '#modules/devices/web/public.tsx';
import { type Alarm, type AlarmCamera, listCameras } from '../contract.ts';
import css from './detail.module.css';
import { t } from './messages.en.ts';

/** What the camera of an alarm shows now, or one beside it; nothing where there is none. A picture is fetched once somebody asks for it. */
export function CamerasOfAlarm({ alarm, siteZone, Part }: { alarm: Alarm; siteZone: string | undefined; Part: 'h2' | 'h3' }) {
  const mayView = useMay('devices:view-video');
  const reading = useRead('alarms', listCameras, { id: alarm.id }, { isOn: mayView });
  const [shownId, setShown] = useState<string | null>(null);
  const cameras = reading.data?.items ?? [];
  if (!mayView || cameras.length === 0) return null;
  const shown = cameras.find(({ deviceId }) => deviceId === shownId);
  return (
    <section className={css.part} aria-label={t('watch.cameras')}>
      <Part className="label">{t('watch.cameras')}</Part>
      <div className="row" style={{ flexWrap: 'wrap' }}>
        {cameras.map((camera) => <Button key={camera.deviceId} aria-pressed={camera.deviceId === shownId} onClick={() => setShown(camera.deviceId === shownId ? null : camera.deviceId)}>{camera.name} <span className="t2 small">{whereWords(camera)}</span></Button>)}
      </div>
      {shown && <LivePicture key={shown.deviceId} deviceId={shown.deviceId} name={shown.name} siteZone={siteZone} />}
    </section>
  );
}

const whereWords = ({ by, distanceM }: AlarmCamera): string => (by === 'near' || (by === 'zone' && distanceM !== null) ? `${t(`watch.cameras.${by}`)}, ${distanceM} m` : t(`watch.cameras.${by}`));
