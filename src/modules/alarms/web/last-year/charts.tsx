import { Panel } from '#ui/record-page.tsx';
import { type Answer } from '../../past-contract.ts';
import css from './last-year.module.css';
import { t } from './messages.en.ts';
import { type Each, moneyOf } from './money.tsx';

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [720, 220, 0, 4];

/** Devices by false alarms: bars, the cumulative share as a line, and where it reaches half. The table below says the same. */
export function ParetoPanel({ answer, each }: { answer: Answer; each: Each | null }) {
  const { devices, counts, last } = answer;
  const shown = devices.groups.filter((group) => group.false > 0);
  const definition = t('past.pareto.definition', { n: counts.false, last: dayOf(last), shown: shown.length, total: devices.total });
  return (
    <Panel title={t('past.pareto')}>
      <p className={`${css.text} t2 small`}>{definition}</p>
      {shown.length > 0 && <ParetoChart groups={shown} half={devices.half} />}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      <div className={css.frame} tabIndex={0} role="group" aria-label={t('past.pareto')}>
        <table className={css.table}>
          <thead><tr><th scope="col">{t('past.device')}</th><th scope="col">{t('past.site')}</th><th scope="col" className={css.end}>{t('past.finding.false')}</th><th scope="col" className={css.end}>{t('past.finding.true')}</th><th scope="col" className={css.end}>{t('past.finding.unknown')}</th><th scope="col" className={css.end}>{t('past.share')}</th>{each && <th scope="col" className={css.end}>{t('past.money')}</th>}</tr></thead>
          <tbody>
            {devices.groups.map((group, n) => (
              <tr key={`${group.site} ${group.device}`} className={n < devices.half ? css.among : undefined}>
                <th scope="row" className="strong">{group.device}</th><td>{group.site ?? t('past.none-said')}</td><td className={css.end}>{group.false}</td><td className={css.end}>{group.true}</td><td className={css.end}>{group.unknown}</td><td className={css.end}>{percent(group.share)}</td>{each && <td className={css.end}>{moneyOf(each, group.false)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

export const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
export const dayOf = (iso: string | null): string => (iso === null ? '' : iso.slice(0, 10));

function ParetoChart({ groups, half }: { groups: Answer['devices']['groups']; half: number }) {
  const most = groups[0]?.false ?? 1;
  const step = (WIDTH - LEFT) / groups.length;
  const x = (n: number): number => LEFT + n * step;
  const y = (part: number): number => HEIGHT - BOTTOM - part * (HEIGHT - BOTTOM - 12);
  const line = groups.map(({ share }, n) => `${n === 0 ? 'M' : 'L'}${(x(n) + step / 2).toFixed(1)} ${y(share).toFixed(1)}`).join(' ');
  return (
    <figure className={css.chart}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t('past.pareto.chart', { n: groups.length, half })}>
        {groups.map(({ device, site, false: count, share }, n) => (
          <rect key={`${site} ${device}`} className={n < half ? css.bar : css.rest} x={x(n) + step * 0.1} y={y(count / most)} width={step * 0.8} height={HEIGHT - BOTTOM - y(count / most)}><title>{`${device}: ${count}, ${percent(share)}`}</title></rect>
        ))}
        <line className={css.halfLine} x1={LEFT} x2={WIDTH} y1={y(0.5)} y2={y(0.5)} />
        <text className={css.word} x={LEFT + 4} y={y(0.5) - 4}>{`${t('past.half-line')} (50 %)`}</text>
        <path className={css.line} d={line} />
        <line className={css.base} x1={LEFT} x2={WIDTH} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM} />
      </svg>
    </figure>
  );
}

/** False alarms by hour of the week; darker is more, and each cell says its figure. */
export function WeekPanel({ answer: { week, timeZone } }: { answer: Answer }) {
  const most = Math.max(1, ...week.map((cell) => cell.false));
  const at = week.findIndex((cell) => cell.false === most);
  const dayWord = (day: number): string => t(`past.day.${day as 0 | 1 | 2 | 3 | 4 | 5 | 6}`);
  return (
    <Panel title={t('past.week')} note={at >= 0 ? t('past.week.most', { n: most, day: dayWord(Math.floor(at / 24)), hour: String(at % 24).padStart(2, '0') }) : undefined}>
      <p className={`${css.text} t2 small`}>{t('past.week.definition', { zone: timeZone })}</p>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      <div className={css.frame} tabIndex={0} role="group" aria-label={t('past.week')}>
        <table className={css.week}>
          <thead><tr><th scope="col"><span className="unseen">{t('past.day')}</span></th>{Array.from({ length: 24 }, (_, hour) => <th key={hour} scope="col" className="t3 small">{hour}</th>)}</tr></thead>
          <tbody>
            {Array.from({ length: 7 }, (_, day) => (
              <tr key={day}>
                <th scope="row" className="t2 small">{dayWord(day)}</th>
                {week.slice(day * 24, day * 24 + 24).map((cell, hour) => <td key={hour} style={{ background: `color-mix(in srgb, var(--act) ${Math.round((cell.false / most) * 55)}%, transparent)` }}>{cell.false || ''}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

type GroupRow = { key: string; name: string; false: number; true: number; unknown: number };

/** Groups with what they turned out to be. */
export function GroupsPanel({ title, column, rows, each }: { title: string; column: string; rows: readonly GroupRow[]; each: Each | null }) {
  return (
    <Panel title={title}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      <div className={css.frame} tabIndex={0} role="group" aria-label={title}>
        <table className={css.table}>
          <thead><tr><th scope="col">{column}</th><th scope="col" className={css.end}>{t('past.finding.false')}</th><th scope="col" className={css.end}>{t('past.finding.true')}</th><th scope="col" className={css.end}>{t('past.finding.unknown')}</th>{each && <th scope="col" className={css.end}>{t('past.money')}</th>}</tr></thead>
          <tbody>{rows.map((row) => <tr key={row.key}><th scope="row" className="strong">{row.name}</th><td className={css.end}>{row.false}</td><td className={css.end}>{row.true}</td><td className={css.end}>{row.unknown}</td>{each && <td className={css.end}>{moneyOf(each, row.false)}</td>}</tr>)}</tbody>
        </table>
      </div>
    </Panel>
  );
}
