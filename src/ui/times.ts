import { spokenLanguage } from '#platform/web/messages.ts';
import { wallAt, type Wall, zoneName } from './zone.ts';

/** One clock's words: `15 Nov 04:10` and `SGT`. */
export type ClockWords = { text: string; zone: string };
/** A moment as the site's clock says it, and the reader's where that differs; `machine` is ISO 8601 in UTC. */
export type TwoClocks = { site: ClockWords; reader: ClockWords | null; machine: string };

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');
const isSameDay = (a: Wall, b: Wall): boolean => a.year === b.year && a.month === b.month && a.day === b.day;

/** Time of day, 24 hours. */
export const timeWords = (wall: Wall, hasSeconds = false): string => `${two(wall.hour)}:${two(wall.minute)}${hasSeconds ? `:${two(wall.second)}` : ''}`;

/** A day: `14 Nov` (in German `14. Nov.`, in American English `Nov 14`), with the year where it isn't this one. */
export function dayWords(wall: Wall, thisYear?: number): string {
  const saysYear = wall.year !== thisYear;
  const language = spokenLanguage();
  if (language === 'en') return `${wall.day} ${MONTHS[wall.month - 1]}${saysYear ? ` ${wall.year}` : ''}`;
  const date = new Date(0);
  date.setUTCFullYear(wall.year, wall.month - 1, wall.day);
  return new Intl.DateTimeFormat(language, { timeZone: 'UTC', day: 'numeric', month: 'short', ...(saysYear && { year: 'numeric' }) }).format(date);
}

/** A day without a time, given as ISO 8601 (what follows the day is left out), with its year where it isn't this one. */
export const dateWords = (iso: string, now = new Date()): string => dayWords(wallAt(new Date(`${iso.slice(0, 10)}T00:00:00Z`), 'UTC'), now.getUTCFullYear());

type Options = { siteZone: string; readerZone: string; now: Date; seconds?: boolean };

/** Says a moment in the site's time and the reader's. Another day than today is said; the reader's is left out where equal. */
export function twoClocks(at: Date, { siteZone, readerZone, now, seconds = false }: Options): TwoClocks {
  const site = wallAt(at, siteZone);
  const reader = wallAt(at, readerZone);
  const today = wallAt(now, siteZone);
  const isToday = isSameDay(site, today);
  const words = (wall: Wall, saysDay: boolean): string => `${saysDay ? `${dayWords(wall, today.year)} ` : ''}${timeWords(wall, seconds)}`;
  const isEqual = isSameDay(site, reader) && timeWords(site, true) === timeWords(reader, true);
  return {
    site: { text: words(site, !isToday), zone: zoneName(at, siteZone) },
    reader: isEqual ? null : { text: words(reader, !isSameDay(site, reader)), zone: zoneName(at, readerZone) },
    machine: at.toISOString(),
  };
}

/** How long ago, or how long: `0:09`, `14:02`, `1:02 h`, `3 d`. */
export function ageWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)}:${two(Math.floor(seconds / 60) % 60)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** A target that counts down: what is left of it, or how far it is over. `part` is the used part, 0 to 1. */
export function targetWords(startedAt: Date, targetMs: number, now: Date): { isOver: boolean; text: string; part: number } {
  const used = Math.max(0, now.getTime() - startedAt.getTime());
  const isOver = used > targetMs;
  return { isOver, text: ageWords(isOver ? used - targetMs : Math.ceil((targetMs - used) / 1_000) * 1_000), part: Math.min(1, used / targetMs) };
}

/** Sums of money: integer minor units and an ISO 4217 code, as `EUR 6,140` or `EUR 6,140.50`; without the code where a column says it. */
export function moneyWords({ minor, currency }: { minor: number; currency: string }, { language = spokenLanguage(), saysCurrency = true } = {}): string {
  const format = new Intl.NumberFormat(language, { style: 'currency', currency, currencyDisplay: 'code', trailingZeroDisplay: 'stripIfInteger' });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  const parts = format.formatToParts(minor / 10 ** digits);
  return parts.map(({ type, value }) => (type === 'currency' ? (saysCurrency ? value : '') : value)).join('').replaceAll('\u00a0', ' ').trim();
}
