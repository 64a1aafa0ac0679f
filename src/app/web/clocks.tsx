import { readersZone } from '#platform/web/session.tsx';
import { useCurrentWhere } from '#platform/web/where.ts';
import { cx } from '#ui/class-names.ts';
import { useNow } from '#ui/clock.ts';
import { timeWords } from '#ui/times.ts';
import { offsetMs, wallAt, zoneName } from '#ui/zone.ts';
import css from './clocks.module.css';
import { t } from './messages.en.ts';

/** The clock of the site that is selected, and mine; one where they show the same. */
export function Clocks() {
  const now = useNow();
  const { site } = useCurrentWhere();
  const mine = readersZone();
  const hasSite = site && offsetMs(now, site.timeZone) !== offsetMs(now, mine);
  return (
    <div className={css.clocks} role="group" aria-label={t('shell.clocks')}>
      {hasSite && <Clock name={site.name} zone={site.timeZone} now={now} className={css.site} />}
      <Clock name={site && !hasSite ? `${site.name}, ${t('shell.clock.you')}` : t('shell.clock.you')} zone={mine} now={now} />
    </div>
  );
}

const Clock = ({ name, zone, now, className }: { name: string; zone: string; now: Date; className?: string | undefined }) => (
  <div className={cx(css.clock, className)} title={`${now.toISOString().slice(0, 19)}Z`}>
    <div className={css.name}>{name}</div>
    <div className={css.time}>{timeWords(wallAt(now, zone), true)} <span>{zoneName(now, zone)}</span></div>
  </div>
);
