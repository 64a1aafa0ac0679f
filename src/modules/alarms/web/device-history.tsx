import { useId } from 'react';
import { serverNow } from '#platform/web/live.ts';
import { Link } from '#platform/web/navigation.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { placeWords } from '#modules/signals/web/public.tsx';
import type { AlarmDetail } from '../contract.ts';
import { dispositionOf } from '../rules.ts';
import { barsOf } from './bars.ts';
import { t } from './messages.en.ts';
import css from './signals-pane.module.css';

const STEP = 5;
const HEIGHT = 44;

/** What the alarm's device did in the days before: bars a day, how many were false out of how many with a finding, the latest. */
export function DeviceHistory({ alarm, siteZone }: { alarm: AlarmDetail; siteZone: string | undefined }) {
  const { history } = alarm;
  const hatch = useId();
  const { bars, most } = barsOf(history.perDay, history.days, serverNow());
  const words = [t('watch.device.alarms', { n: history.total }), history.counted > 0 ? t('watch.device.false', { false: history.countedFalse, counted: history.counted }) : t('watch.device.no-finding')].join(' ');
  const place = placeWords(alarm.point, alarm.area);
  const title = place ? t('watch.device', { place, source: alarm.sourceName, days: history.days }) : t('watch.device.source', { source: alarm.sourceName, days: history.days });
  const heightOf = (count: number): number => (count === 0 ? 0 : Math.max(4, (count / most) * (HEIGHT - 2)));
  return (
    <section className={css.history} aria-label={title}>
      <h3>{title}</h3>
      <svg className={css.bars} viewBox={`0 0 ${history.days * STEP} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={t('watch.device.bars', { words })}>
        <defs>
          <pattern id={hatch} width="3" height="3" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V3" stroke="var(--t3)" strokeWidth="2.400" /></pattern>
        </defs>
        <rect className={css.base} x="0" y={HEIGHT - 1} width={history.days * STEP} height="1" />
        {bars.map(({ day, count, countFalse }, at) => {
          if (count === 0) return null;
          const whole = heightOf(count);
          const hatched = (countFalse / count) * whole;
          return (
            <g key={day}>
              <title>{`${day}: ${count}`}</title>
              <rect className={at === bars.length - 1 ? css.today : undefined} x={at * STEP} y={HEIGHT - whole} width={STEP - 1} height={whole - hatched} />
              {countFalse > 0 && <rect x={at * STEP} y={HEIGHT - hatched} width={STEP - 1} height={hatched} style={{ fill: `url(#${hatch})` }} />}
            </g>
          );
        })}
      </svg>
      <p>{words}</p>
      {history.latest.length === 0 ? (
        <p className="t2 small">{t('watch.device.first', { days: history.days })}</p>
      ) : (
        <ul className={css.before} aria-label={t('watch.device.before')}>
          {history.latest.map((one) => (
            <li key={one.id}>
              <Link className="mono" to={`/watch/alarms/${one.id}`}>{one.number}</Link>
              <span className="cut t2">{one.disposition === null ? t('watch.device.open') : (dispositionOf(one.disposition)?.title ?? one.disposition)}</span>
              <TwoTimes at={one.raisedAt} siteZone={siteZone} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
