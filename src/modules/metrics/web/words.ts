import { decimal } from '#platform/web/messages.ts';
import type { Cutoff, Figure, Goal, Metric, PartFigure } from '../contract.ts';
import { t } from './messages.en.ts';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;
/** Below so many a share is said as counts only. */
const FEWEST_FOR_SHARE = 20;

/** How long something took, in the unit that people would say it in. */
export function secondsWords(seconds: number): string {
  if (seconds < 2 * MINUTE) return t('metrics.seconds', { n: decimal(seconds, seconds % 1 === 0 ? 0 : 1) });
  if (seconds < 2 * HOUR) return t('metrics.minutes', { n: decimal(seconds / MINUTE, seconds < 20 * MINUTE ? 1 : 0) });
  return seconds < 2 * DAY ? t('metrics.hours', { n: decimal(seconds / HOUR, 1) }) : t('metrics.days', { n: decimal(seconds / DAY, 1) });
}

/** A value of a figure in its own unit. */
export function valueWords({ unit }: Pick<Metric, 'unit'>, value: number): string {
  if (unit === 'share') return t('metrics.percent', { n: decimal(100 * value, 1) });
  return unit === 'number' ? decimal(value, value % 1 === 0 ? 0 : 1) : secondsWords(value);
}

/** The figure as it stands first: a value, counts where there are few, or that there is none. */
export function figureWords(metric: Pick<Metric, 'unit' | 'smallCount'>, figure: Figure): string {
  if (figure.isFew) return t('metrics.few');
  if (figure.value === null) return t('metrics.no-data');
  return metric.smallCount === 'wilson' && (figure.of ?? 0) < FEWEST_FOR_SHARE ? t('metrics.n-of', { n: figure.n ?? 0, of: figure.of ?? 0 }) : valueWords(metric, figure.value);
}

/** Of how many; empty where that is said already or there is nothing. */
export const ofWords = ({ unit }: Pick<Metric, 'unit'>, { n, of, value }: Figure): string => (value === null || of === null ? '' : unit === 'share' ? t('metrics.n-of', { n: decimal(n ?? 0, 0), of: decimal(of, 0) }) : unit === 'number' ? '' : t('metrics.of-n', { of: decimal(of, 0) }));

/** The interval; empty where there is none. */
export const betweenWords = (metric: Pick<Metric, 'unit'>, { lo, hi }: Figure, isLong = false): string => (lo === null || hi === null ? '' : t(isLong ? 'metrics.between.sure' : 'metrics.between', { lo: valueWords(metric, lo), hi: valueWords(metric, hi) }));

/** What a figure is to keep to, in words. */
export const goalWords = ({ unit, direction }: Pick<Metric, 'unit' | 'direction'>, goal: Pick<Goal, 'value'> | null): string => (goal === null ? t('metrics.none') : t(direction === 'up' ? 'metrics.at-least' : 'metrics.at-most', { value: valueWords({ unit }, goal.value) }));

const PER_UNIT = { share: 0.01, number: 1, s: 1, min: MINUTE, h: HOUR } as const;

/** What one writes in a field for a target, to what the figure counts, and back; null where it is no number. */
export function fromField({ unit }: Pick<Metric, 'unit'>, text: string): number | null {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() === '' || Number.isNaN(value) || value < 0 ? null : value * PER_UNIT[unit];
}

/** A month or a quarter by name. */
export function cutoffWords({ kind, startsAt }: Pick<Cutoff, 'kind' | 'startsAt'>): string {
  const from = new Date(startsAt);
  return kind === 'quarter' ? t('metrics.quarter', { n: 1 + Math.floor(from.getUTCMonth() / 3), year: String(from.getUTCFullYear()) }) : from.toLocaleDateString(document.documentElement.lang || 'en', { month: 'long', year: 'numeric', timeZone: 'UTC' });
}

/** What a part is called. */
export function partWords(by: string, { key, name }: Pick<PartFigure, 'key' | 'name'>): string {
  if (by === 'shift') return key === 'day' || key === 'evening' || key === 'night' ? t(`metrics.shift.${key}`) : key;
  return name ?? (key === '' ? t('metrics.part.unnamed') : t('metrics.part.hidden'));
}

const q = (search: Record<string, string | undefined>): string => new URLSearchParams(Object.entries(search).filter((pair): pair is [string, string] => pair[1] !== undefined)).toString();

/** Where the records behind a figure are listed, as far as the reader may see them. */
export function recordsAddress({ source, key }: Pick<Metric, 'source' | 'key'>, { from, to, site, type }: { from: string; to: string; site?: string | undefined; type?: string | undefined }): string {
  switch (source) {
    case 'alarms': return `/watch/history?${q({ state: key === 'alarms.stale' ? 'open' : 'all', site, type })}`;
    case 'incidents': case 'tasks': return `/incidents?${q({ from, to, site, type })}`;
    case 'workorders': return `/watch/work-orders?${q({ state: 'any', from, to })}`;
    case 'devices': return '/watch/devices';
  }
}
