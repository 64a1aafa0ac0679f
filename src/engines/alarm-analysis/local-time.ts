/** How a file writes its times. */
export const TIME_FORMS = ['iso', 'dmy', 'mdy', 'ymd', 'seconds', 'milliseconds'] as const;
export type TimeForm = (typeof TIME_FORMS)[number];

const FRACTION = '(?:[.,](\\d{1,9}))?';
const CLOCK = `(\\d{1,2}):(\\d{2})(?::(\\d{2})${FRACTION})?\\s*([AaPp]\\.?[Mm]\\.?)?`;
const ZONE = '\\s*(Z|z|UTC|GMT|[+-]\\d{2}:?\\d{2})?';
const ORDERS: Readonly<Record<string, RegExp>> = {
  iso: new RegExp(`^(\\d{4})-(\\d{2})-(\\d{2})[T ]\\s*${CLOCK}${ZONE}$`),
  dmy: new RegExp(`^(\\d{1,2})[./-](\\d{1,2})[./-](\\d{4}),?\\s+${CLOCK}${ZONE}$`),
  mdy: new RegExp(`^(\\d{1,2})[/-](\\d{1,2})[/-](\\d{4}),?\\s+${CLOCK}${ZONE}$`),
  ymd: new RegExp(`^(\\d{4})[./](\\d{1,2})[./](\\d{1,2}),?\\s+${CLOCK}${ZONE}$`),
};
const UNIT: Readonly<Partial<Record<TimeForm, number>>> = { seconds: 1000, milliseconds: 1 };

/** Minutes and hours of one zone, whose shift from UTC is asked for once a quarter of an hour. */
export class LocalTime {
  readonly #format: Intl.DateTimeFormat;
  readonly #shifts = new Map<number, number>();

  /** Throws RangeError where there is no zone of that name (IANA). */
  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' });
  }

  /** What clocks show there less UTC, in ms. */
  shiftAt(at: number): number {
    const quarter = Math.floor(at / 900_000);
    const known = this.#shifts.get(quarter);
    if (known !== undefined) return known;
    const parts = Object.fromEntries(this.#format.formatToParts(quarter * 900_000).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    const shift = Date.UTC(year, month - 1, day, hour, minute, second) - quarter * 900_000;
    this.#shifts.set(quarter, shift);
    return shift;
  }

  /** The hour of the week there, from Monday 00:00 (0) to Sunday 23:00 (167). */
  hourOfWeek(at: number): number {
    const local = new Date(at + this.shiftAt(at));
    return ((local.getUTCDay() + 6) % 7) * 24 + local.getUTCHours();
  }

  /** When clocks there show this (ms as if it were UTC); the earlier where they show it twice, null where they leap over it. */
  momentOf(wall: number): number | null {
    const found = [...new Set([wall - this.shiftAt(wall - 86_400_000), wall - this.shiftAt(wall + 86_400_000)])].filter((at) => at + this.shiftAt(at) === wall);
    return found.length === 0 ? null : Math.min(...found);
  }
}

/** Reads a time as the file writes it, in ms since 1970; null where it is none. One that names its own zone is taken by that. */
export function readTime(cell: string, form: TimeForm, local: LocalTime): number | null {
  const unit = UNIT[form];
  if (unit !== undefined) return /^\d{9,14}$/.test(cell) ? Number(cell) * unit : null;
  const found = ORDERS[form]?.exec(cell);
  if (!found) return null;
  const [a, b, c, hour12, minute, second = '0', fraction = '0', half, zone] = found.slice(1) as [string, string, string, string, string, string?, string?, string?, string?];
  const [year, month, day] = (form === 'dmy' ? [c, b, a] : form === 'mdy' ? [c, a, b] : [a, b, c]).map(Number) as [number, number, number];
  const hour = hourOf(Number(hour12), half);
  if (hour === null || Number(minute) > 59 || Number(second) > 59) return null;
  const wall = Date.UTC(year, month - 1, day, hour, Number(minute), Number(second), Number(fraction.padEnd(3, '0').slice(0, 3)));
  const date = new Date(wall);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || year < 1970) return null;
  return zone === undefined ? local.momentOf(wall) : wall - offsetOf(zone);
}

function hourOf(hour: number, half: string | undefined): number | null {
  if (half === undefined) return hour < 24 ? hour : null;
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (/^p/i.test(half) ? 12 : 0);
}

function offsetOf(zone: string): number {
  const found = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  return found ? (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 60_000 : 0;
}

/** The forms that read the most of these cells; more than one where the file leaves it open, none where none reads any. Dots part days from months, never the other way round. */
export function formsOf(cells: readonly string[], local: LocalTime): TimeForm[] {
  const read = TIME_FORMS.map((form) => ({ form, count: cells.reduce((sum, cell) => sum + (readTime(cell, form, local) === null ? 0 : 1), 0) }));
  const most = Math.max(...read.map(({ count }) => count));
  return most === 0 ? [] : read.filter(({ count }) => count === most).map(({ form }) => form);
}
