import { refuse, type Refusal } from '#engines/refusal.ts';

export type Frequency = 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';
/** A weekday, 0 for Monday; `nth` of its month, from the end where negative; null for each. */
export type Weekday = { day: number; nth: number | null };
/** How something comes again: RFC 5545 §3.3.10, the parts that duties of people need. `untilMs` is inclusive, in milliseconds since 1970 UTC. */
export type Recurrence = { ok: true; frequency: Frequency; interval: number; weekdays: readonly Weekday[]; monthDay: number | null; count: number | null; untilMs: number | null };

const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const FREQUENCIES: readonly Frequency[] = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];
const KNOWN = ['FREQ', 'INTERVAL', 'BYDAY', 'BYMONTHDAY', 'COUNT', 'UNTIL'];

const whole = (text: string | undefined, most: number): number | null => (text !== undefined && /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= most ? Number(text) : null);

/** `20261231T235959Z` in milliseconds; null where it is no moment. */
function momentOf(text: string): number | null {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!parts) return null;
  const iso = `${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}.000Z`;
  const at = Date.parse(iso);
  return Number.isFinite(at) && new Date(at).toISOString() === iso ? at : null;
}

function weekdaysOf(text: string, frequency: Frequency): Weekday[] | null {
  const found = text.split(',').map((one) => /^([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)$/.exec(one));
  if (found.some((one) => one === null || (one[1] !== undefined && frequency !== 'MONTHLY'))) return null;
  return found.map((one) => ({ day: DAYS.indexOf(one?.[2] ?? ''), nth: one?.[1] === undefined ? null : Number(one[1]) }));
}

/** Reads an RRULE value (`FREQ=WEEKLY;BYDAY=MO,TH`). Refuses, with the part, what it does not know rather than passing over it. */
export function readRecurrence(text: string): Recurrence | Refusal {
  const parts = new Map<string, string>();
  for (const part of text.split(';')) {
    const [key = '', value = '', ...more] = part.split('=');
    if (!KNOWN.includes(key) || value === '' || more.length > 0) return refuse(key || 'FREQ', `Write FREQ=WEEKLY;INTERVAL=2 or the like; of RFC 5545 these parts are known: ${KNOWN.join(', ')}.`);
    if (parts.has(key)) return refuse(key, `${key} stands twice.`);
    parts.set(key, value);
  }
  const frequency = FREQUENCIES.find((one) => one === parts.get('FREQ'));
  if (!frequency) return refuse('FREQ', `Say how often: ${FREQUENCIES.join(', ')}.`);
  const [interval, count] = [parts.has('INTERVAL') ? whole(parts.get('INTERVAL'), 366) : 1, parts.has('COUNT') ? whole(parts.get('COUNT'), 1000) : null];
  if (interval === null) return refuse('INTERVAL', 'From 1 to 366.');
  if (parts.has('COUNT') && count === null) return refuse('COUNT', 'From 1 to 1000.');
  const untilMs = parts.has('UNTIL') ? momentOf(parts.get('UNTIL') ?? '') : null;
  if (parts.has('UNTIL') && untilMs === null) return refuse('UNTIL', 'A moment in UTC, as 20261231T235959Z.');
  if (count !== null && untilMs !== null) return refuse('COUNT', 'Either COUNT or UNTIL ends it, not both.');
  const days = parts.get('BYDAY');
  const weekdays = days === undefined ? [] : frequency === 'WEEKLY' || frequency === 'MONTHLY' ? weekdaysOf(days, frequency) : null;
  if (weekdays === null) return refuse('BYDAY', 'Weekdays as MO,TH for WEEKLY, and as 1MO or -1FR for MONTHLY.');
  const dayText = parts.get('BYMONTHDAY');
  const monthDay = dayText === undefined ? null : Number(dayText);
  if (dayText !== undefined && (!/^-?\d{1,2}$/.test(dayText) || monthDay === 0 || Math.abs(monthDay ?? 0) > 31 || frequency !== 'MONTHLY' || days !== undefined)) return refuse('BYMONTHDAY', 'A day of the month for MONTHLY without BYDAY, from the end where negative.');
  return { ok: true, frequency, interval, weekdays, monthDay, count, untilMs };
}
