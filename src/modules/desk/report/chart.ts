import type { PackFigure } from '../pack-contract.ts';

const [WIDTH, HEIGHT, TOP, FOOT] = [520, 110, 6, 16];
const INK = { bar: '#5a656d', whisker: '#14191c', target: '#0b57c2', text: '#47525a', line: '#bcc4c8' } as const;

const n = (value: number): string => String(Math.round(value * 100) / 100);
const monthWords = (month: string): string => new Date(`${month}-01T00:00:00Z`).toLocaleDateString('en', { month: 'short', timeZone: 'UTC' });

/** Months of a figure as bars with their intervals and the target; null where there are fewer than two to compare. Nothing but numbers and months goes into it. */
export function monthsSvg({ months, goals }: Pick<PackFigure, 'months' | 'goals'>): string | null {
  const shown = months.filter(({ figure }) => figure.value !== null);
  if (shown.length < 2) return null;
  const target = goals.value?.value ?? null;
  const most = Math.max(...shown.map(({ figure }) => figure.hi ?? figure.value ?? 0), target ?? 0) || 1;
  const y = (value: number): number => TOP + (HEIGHT - TOP - FOOT) * (1 - value / most);
  const step = WIDTH / months.length;
  const bars = months.map(({ month, figure: { value, lo, hi } }, i) => {
    const middle = step * (i + 0.5);
    const bar = value === null ? '' : `<rect x="${n(middle - step * 0.28)}" y="${n(y(value))}" width="${n(step * 0.56)}" height="${n(Math.max(1, y(0) - y(value)))}" fill="${INK.bar}"/>`;
    const whisker = lo === null || hi === null ? '' : `<line x1="${n(middle)}" x2="${n(middle)}" y1="${n(y(hi))}" y2="${n(y(lo))}" stroke="${INK.whisker}"/>`;
    return `${bar}${whisker}<text x="${n(middle)}" y="${HEIGHT - 3}" text-anchor="middle" font-family="Inter" font-size="9" fill="${INK.text}">${monthWords(month)}</text>`;
  });
  const goal = target === null ? '' : `<line x1="0" x2="${WIDTH}" y1="${n(y(target))}" y2="${n(y(target))}" stroke="${INK.target}" stroke-width="1.5" stroke-dasharray="2 3"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}"><line x1="0" x2="${WIDTH}" y1="${n(y(0))}" y2="${n(y(0))}" stroke="${INK.line}"/>${bars.join('')}${goal}</svg>`;
}
