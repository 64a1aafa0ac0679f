import { useCallback, useState } from 'react';
import { FilePicture } from '#platform/files/web/public.tsx';
import { openBytes } from '#platform/web/call.ts';
import { decimal } from '#platform/web/messages.ts';
import { useRead } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { useNow } from '#ui/clock.ts';
import { TwoTimes } from '#ui/time.tsx';
import { LivePicture, PlayedPictures } from '#modules/devices/web/public.tsx';
import { type Alarm, type AlarmCamera, type AlarmClip, type AlarmPicture, listCameras, playClip } from '../contract.ts';
import css from './detail.module.css';
import { t } from './messages.en.ts';

const KEPT_WITHIN_MS = 75_000;
const EVERY_MS = 2_000;

type Props = { alarm: Alarm; siteZone: string | undefined; Part: 'h2' | 'h3' };

/** What the camera of an alarm showed when it rang, and shows now; nothing where there is none. A picture of now is fetched once somebody asks for it. */
export function CamerasOfAlarm({ alarm, siteZone, Part }: Props) {
  const mayView = useMay('devices:view-video');
  const mayRead = useMay('files:read');
  const isFresh = useNow().getTime() - Date.parse(alarm.knownAt) < KEPT_WITHIN_MS;
  const [hasAll, setHasAll] = useState(false);
  const reading = useRead('alarms', listCameras, { id: alarm.id }, { isOn: mayView || mayRead, ...(isFresh && !hasAll && { everyMs: EVERY_MS }) });
  const [shownId, setShown] = useState<string | null>(null);
  const cameras = mayView ? (reading.data?.items ?? []) : [];
  const kept = mayRead ? (reading.data?.kept ?? null) : null;
  const clip = mayRead ? (reading.data?.clip ?? null) : null;
  if ((kept !== null && clip !== null) !== hasAll) setHasAll(kept !== null && clip !== null);
  if (cameras.length === 0 && kept === null && clip === null) return null;
  const shown = cameras.find(({ deviceId }) => deviceId === shownId);
  return (
    <section className={css.part} aria-label={t('watch.cameras')}>
      <Part className="label">{t('watch.cameras')}</Part>
      <div className="row" style={{ flexWrap: 'wrap' }}>
        {cameras.map((camera) => <Button key={camera.deviceId} aria-pressed={camera.deviceId === shownId} onClick={() => setShown(camera.deviceId === shownId ? null : camera.deviceId)}>{camera.name} <span className="t2 small">{whereWords(camera)}</span></Button>)}
      </div>
      <div className={css.pictures}>
        {kept && <Kept kept={kept} siteZone={siteZone} />}
        {clip && <Clip alarmId={alarm.id} clip={clip} siteZone={siteZone} />}
        {shown && <LivePicture key={shown.deviceId} deviceId={shown.deviceId} name={shown.name} siteZone={siteZone} />}
      </div>
    </section>
  );
}

/** The picture of the time of the alarm, or why there is none. */
function Kept({ kept: { fileId, takenAt, afterMs, camera, why, detail }, siteZone }: { kept: AlarmPicture; siteZone: string | undefined }) {
  const name = camera ?? t('watch.kept.camera');
  if (fileId === null || takenAt === null) return why && <p className="small"><b className="strong">{t('watch.kept.none')}</b> {t(`watch.kept.why.${why}`)} <span className="t2">{detail}</span></p>;
  return (
    <figure>
      <FilePicture fileId={fileId} alt={t('watch.kept.of', { name })} />
      <figcaption className="t2 small">{name} · <TwoTimes at={takenAt} siteZone={siteZone} seconds />{afterMs !== null && <>, {t('watch.kept.after', { seconds: decimal(afterMs / 1000, 1) })}</>}</figcaption>
    </figure>
  );
}

/** The moving pictures of the time of the alarm, or why there are none. */
function Clip({ alarmId, clip: { fileId, fromAt, untilAt, camera, why, detail }, siteZone }: { alarmId: string; clip: AlarmClip; siteZone: string | undefined }) {
  const [turn, setTurn] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const [refusal, setRefusal] = useState('');
  const open = useCallback((signal: AbortSignal) => openBytes('alarms', playClip, { id: alarmId }, signal), [alarmId]);
  const name = camera ?? t('watch.kept.camera');
  if (fileId === null || fromAt === null || untilAt === null) return why && <p className="small"><b className="strong">{t('watch.clip.none')}</b> {t(`watch.clip.why.${why}`)} <span className="t2">{detail}</span></p>;
  const play = (): void => {
    setTurn(turn + 1);
    setRefusal('');
    setPlaying(true);
  };
  return (
    <div className={css.clip}>
      {isPlaying && <PlayedPictures key={turn} open={open} label={t('watch.clip.of', { name })} siteZone={siteZone} turn={turn} onOver={(over) => { setPlaying(false); setRefusal(over.state === 'none' ? over.detail : ''); }} />}
      <p className="small"><Button onClick={play} disabled={isPlaying}>{t(turn === 0 ? 'watch.clip.play' : 'watch.clip.again')}</Button></p>
      <p className="t2 small">{name} · <TwoTimes at={fromAt} siteZone={siteZone} seconds /> · {t('watch.clip.long', { seconds: decimal((Date.parse(untilAt) - Date.parse(fromAt)) / 1000, 0) })} · {t('watch.clip.file')}</p>
      {refusal && <p className="small" role="alert">{refusal}</p>}
    </div>
  );
}

const whereWords = ({ by, distanceM }: AlarmCamera): string => (by === 'near' || (by === 'zone' && distanceM !== null) ? `${t(`watch.cameras.${by}`)}, ${distanceM} m` : t(`watch.cameras.${by}`));
