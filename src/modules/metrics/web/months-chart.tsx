import { cx } from '#ui/class-names.ts';
import type { Metric, Month } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './metrics.module.css';
import { betweenWords, figureWords, valueWords } from './words.ts';

const [WIDTH, HEIGHT, LEFT, TOP, FOOT] = [640, 190, 64, 8, 20];

type ChartProps = { metric: Metric; months: readonly Month[]; target: number | null; hasTable?: boolean };

const monthWords = (month: string): string => new Date(`${month}-01T00:00:00Z`).toLocaleDateString(document.documentElement.lang || 'en', { month: 'short', timeZone: 'UTC' });

/** Twelve months as bars with their intervals, the control chart's lines and the target; the same as a table for who reads it so. */
export function MonthsChart({ metric, months, target, hasTable = true }: ChartProps) {
  const most = Math.max(...months.flatMap(({ figure, ucl }) => [figure.hi ?? figure.value ?? 0, ucl ?? 0]), target ?? 0) || 1;
  const y = (value: number): number => TOP + (HEIGHT - TOP - FOOT) * (1 - value / most);
  const step = (WIDTH - LEFT) / Math.max(1, months.length);
  const current = new Date().toISOString().slice(0, 7);
  const center = months.find((one) => one.center !== null)?.center ?? null;
  const level = (value: number, className: string | undefined) => <line className={className} x1={LEFT} x2={WIDTH} y1={y(value)} y2={y(value)} />;
  return (
    <>
      <svg className={css.chart} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        <text x={LEFT - 6} y={y(most) + 8} textAnchor="end">{valueWords(metric, most)}</text>
        <text x={LEFT - 6} y={y(0)} textAnchor="end">{valueWords(metric, 0)}</text>
        {level(0, css.line)}
        {months.map(({ month, figure, lcl, ucl, isOut }, i) => {
          const x = LEFT + step * i;
          return (
            <g key={month}>
              {figure.value !== null && <rect className={cx(css.bar, month === current && css.now, isOut && css.out)} x={x + step * 0.22} width={step * 0.56} y={y(figure.value)} height={Math.max(1, y(0) - y(figure.value))} />}
              {figure.lo !== null && figure.hi !== null && <line className={css.whisker} x1={x + step / 2} x2={x + step / 2} y1={y(figure.hi)} y2={y(figure.lo)} />}
              {[lcl, ucl].map((limit, at) => limit !== null && <line key={at === 0 ? 'lower' : 'upper'} className={css.limit} x1={x} x2={x + step} y1={y(limit)} y2={y(limit)} />)}
              <text x={x + step / 2} y={HEIGHT - 4} textAnchor="middle">{monthWords(month)}</text>
            </g>
          );
        })}
        {center !== null && level(center, css.line)}
        {target !== null && level(target, css.target)}
      </svg>
      {hasTable && (
        <div className="unseen"><table>
          <caption>{t('metrics.months')}</caption>
          <thead><tr>{(['metrics.months.month', 'metrics.value', 'metrics.interval', 'metrics.months.limit'] as const).map((key) => <th key={key}>{t(key)}</th>)}</tr></thead>
          <tbody>{months.map(({ month, figure, lcl, ucl }) => <tr key={month}><th>{month}</th><td>{figureWords(metric, figure)}</td><td>{betweenWords(metric, figure)}</td><td>{lcl !== null && ucl !== null && t('metrics.between', { lo: valueWords(metric, lcl), hi: valueWords(metric, ucl) })}</td></tr>)}</tbody>
        </table></div>
      )}
    </>
  );
}
