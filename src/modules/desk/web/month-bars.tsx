import { figureWords, valueWords } from '#modules/metrics/web/public.tsx';
import type { PackFigure } from '../pack-contract.ts';
import css from './desk.module.css';
import { t } from './messages.en.ts';

const [WIDTH, HEIGHT] = [220, 54];

/** Frozen months as bars with the target; the same in words for who reads it so. */
export function MonthBars({ figure: { metric, months, goals } }: { figure: PackFigure }) {
  const target = goals.value?.value ?? null;
  const most = Math.max(...months.map(({ figure }) => figure.value ?? 0), target ?? 0) || 1;
  const y = (value: number): number => HEIGHT - 2 - (HEIGHT - 6) * (value / most);
  const step = WIDTH / months.length;
  return (
    <figure>
      <svg className={css.months} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t('desk.pack.months', { list: months.map(({ month, figure }) => `${month} ${figureWords(metric, figure)}`).join(', ') })}>
        {months.map(({ month, figure: { value } }, i) => value !== null && <rect key={month} className={css.bar} x={step * (i + 0.2)} width={step * 0.6} y={y(value)} height={Math.max(1, HEIGHT - 2 - y(value))} />)}
        {target !== null && <line className={css.target} x1="0" x2={WIDTH} y1={y(target)} y2={y(target)} />}
      </svg>
      <figcaption className="t3 small">{t('desk.pack.months.caption', { from: months[0]?.month ?? '', to: months.at(-1)?.month ?? '', most: valueWords(metric, most) })}</figcaption>
    </figure>
  );
}
