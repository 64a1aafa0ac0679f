import { SiteName } from '#modules/sites/web/public.tsx';
import { useNow } from '#ui/clock.ts';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { ageWords } from '#ui/times.ts';
import type { Device, DeviceDetail } from '../contract.ts';
import css from './device.module.css';
import { kindWord, t } from './messages.en.ts';

type Health = DeviceDetail['health'][number];

const LOOK = { good: 'ok', unknown: 'plain', warn: 'p2', bad: 'p1' } as const;
const A_DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whether a device is heard, as a word with its colour. */
export const ReachTag = ({ reach }: Pick<Device, 'reach'>) => <Tag look={reach === 'up' ? 'ok' : reach === 'down' ? 'p1' : 'line'}>{t(`devices.is.${reach}`)}</Tag>;

/** What is known of a device's health: each state with its since and why. */
export function DeviceHealth({ device }: { device: DeviceDetail }) {
  const zone = device.timeZone ?? undefined;
  return (
    <dl className="facts">
      {device.health.map((one) => (
        <Row key={one.key} health={one} zone={zone} />
      ))}
      <dt>{t('devices.health.heard')}</dt><dd>{device.heardAt === null ? <span className="t3">{t('devices.never')}</span> : <TwoTimes at={device.heardAt} siteZone={zone} seconds />}</dd>
    </dl>
  );
}

function Row({ health, zone }: { health: Health; zone: string | undefined }) {
  const { key, state, level, since } = health;
  const why = whyWords(health);
  return (
    <>
      <dt>{t(`devices.health.${key}`)}</dt>
      <dd>
        {level === 'unknown' ? <span className="t3">{t('devices.is.unknown')}</span> : <Tag look={LOOK[level]}>{t(`devices.is.${state}`)}</Tag>}
        {since !== null && !A_DAY.test(since) && <span className={css.since}><span className="t2">{t('devices.since')}</span> <TwoTimes at={since} siteZone={zone} /></span>}
        {why && <span className={css.why}>{why}</span>}
      </dd>
    </>
  );
}

/** Why a state is as it is, in words. */
function whyWords({ key, level, why }: Health): string {
  if (level === 'unknown' || why.length === 0) return '';
  if (key === 'clock') return level === 'good' ? '' : t('devices.drift', { time: ageWords(Math.abs(Number(why[0]))) });
  if (key === 'firmware') return t('devices.firmware.wanted', { has: why[0] ?? '', wanted: why[1] ?? '' });
  if (key === 'certificate' || key === 'warranty' || key === 'life') return t('devices.day.until', { day: why[0] ?? '' });
  return why.map((one) => (one === 'silent' ? t('devices.silent') : one)).join(', ');
}

/** What is known of a device. */
export function DeviceFacts({ device }: { device: Device & Partial<Pick<DeviceDetail, 'points' | 'plate'>> }) {
  const now = useNow();
  const unknown = <span className="t3">{t('devices.unknown')}</span>;
  const { siteId, points, plate } = device;
  return (
    <dl className="facts">
      <dt>{t('devices.kind')}</dt><dd>{kindWord(device.kind)}</dd>
      <dt>{t('devices.site')}</dt><dd>{siteId === null ? t('devices.site.none') : <SiteName id={siteId} otherwise={device.site ?? unknown} />}</dd>
      <dt>{t('devices.make')}</dt><dd>{[device.make, device.model].filter(Boolean).join(' ') || unknown}</dd>
      <dt>{t('devices.serial')}</dt><dd className="mono">{device.serial || unknown}</dd>
      <dt>{t('devices.firmware')}</dt><dd className="mono">{device.firmware || unknown}</dd>
      {plate && <><dt>{t('devices.plate')}</dt><dd><PlateWords plate={plate} siteZone={device.timeZone ?? undefined} /></dd></>}
      <dt>{t('devices.address')}</dt><dd className="mono">{device.address || unknown}</dd>
      <dt>{t('devices.installer')}</dt><dd>{device.installer || unknown}</dd>
      <dt>{t('devices.installed')}</dt><dd>{device.installedOn ? <>{device.installedOn} <span className="t2">({ageWords(Math.max(0, now.getTime() - Date.parse(device.installedOn)))})</span></> : unknown}</dd>
      {device.expectedEveryS !== null && <><dt>{t('devices.every')}</dt><dd>{t('devices.every.value', { n: device.expectedEveryS })}</dd></>}
      {device.clip !== 'off' && <><dt>{t('devices.clip')}</dt><dd>{t(`devices.clip.${device.clip}`)}</dd></>}
      {points && <><dt>{t('devices.points')}</dt><dd>{points.length === 0 ? <span className="t3">{t('devices.points.none')}</span> : <ul className={css.points}>{points.map((one) => <li key={`${one.sourceId} ${one.point}`}>{one.source ?? t('devices.source.hidden')} <span className="mono t2">{one.point || t('devices.point.whole')}</span></li>)}</ul>}</dd></>}
      {device.note && <><dt>{t('devices.note')}</dt><dd>{device.note}</dd></>}
    </dl>
  );
}

/** When a device said itself what it is, and what it said otherwise before. */
function PlateWords({ plate: { readAt, askedAt, why, changedAt, changes }, siteZone }: { plate: NonNullable<DeviceDetail['plate']>; siteZone: string | undefined }) {
  return (
    <>
      {readAt ? <>{t('devices.plate.read')} <TwoTimes at={readAt} siteZone={siteZone} /></> : <span className="t3">{t('devices.plate.never')}</span>}
      {why && <p className="small">{t(`devices.plate.why.${why}`)} <TwoTimes at={askedAt} siteZone={siteZone} /></p>}
      {changedAt && changes.length > 0 && (
        <p className="small">
          <Tag look={changes.some(({ field }) => field !== 'firmware') ? 'p2' : 'plain'}>{t('devices.plate.changed')}</Tag> {changes.map(({ field, from, to }) => t('devices.plate.change', { field: t(`devices.${field}`), from, to })).join('; ')} · <TwoTimes at={changedAt} siteZone={siteZone} />
        </p>
      )}
    </>
  );
}
