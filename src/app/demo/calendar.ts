const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;
const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** The calendar day of a moment in a zone: `2026-11-21`. */
export function dayIn(moment: Date, timeZone: string): string {
  return new Date(moment.getTime() + offsetMs(moment, timeZone)).toISOString().slice(0, 10);
}

/** The hour and minute of a moment in a zone, as minutes since midnight. */
export function minuteIn(moment: Date, timeZone: string): number {
  const local = new Date(moment.getTime() + offsetMs(moment, timeZone));
  return local.getUTCHours() * 60 + local.getUTCMinutes();
}

/** The day so many days later: `addDays('2026-03-01', -1)` is `2026-02-28`. */
export const addDays = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** The moment of a clock time in a zone. A time that the clock jumps over is the same number of minutes after midnight as it would be. */
export function momentOf(day: string, minute: number, timeZone: string): Date {
  const asUtc = Date.parse(`${day}T00:00:00Z`) + minute * 60_000;
  const guess = new Date(asUtc - offsetMs(new Date(asUtc), timeZone));
  return new Date(asUtc - offsetMs(guess, timeZone));
}

/** Minutes since midnight of `HH:MM`. */
export function minutesOf(clock: string): number {
  const [hour = '0', minute = '0'] = clock.split(':');
  return Number(hour) * 60 + Number(minute);
}

/** How far the zone's clock is ahead of UTC at that moment, in ms. Asked once for each day, and by the hour on days when it changes. */
function offsetMs(moment: Date, timeZone: string): number {
  const day = Math.floor(moment.getTime() / DAY_MS);
  const first = offsetAt(day * DAY_MS, timeZone);
  return first === offsetAt((day + 1) * DAY_MS, timeZone) ? first : offsetAt(Math.floor(moment.getTime() / QUARTER_MS) * QUARTER_MS, timeZone);
}

function offsetAt(ms: number, timeZone: string): number {
  const key = `${timeZone} ${ms}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const shown = formatOf(timeZone).formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign, hours = '0', minutes = '0'] = /GMT([+-])(\d+):?(\d+)?/.exec(shown) ?? [];
  const offset = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  offsets.set(key, offset);
  return offset;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset', hour: 'numeric' });
  formats.set(timeZone, format);
  return format;
}
