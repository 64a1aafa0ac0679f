import { addDays, momentsOf, wallAt, type Wall } from './zone.ts';

/**
 * What was understood of a typed time. `isTwice`: the clocks go back over it, and the earlier is taken. `refused` says why
 * nothing was: `unreadable`, `no-such-day`, or `leapt` where the clocks go forward over it.
 */
export type TypedMoment = { ok: true; at: Date; isTwice: boolean } | { ok: false; refused: 'unreadable' | 'no-such-day' | 'leapt' };

/** `past`: a time of day alone is the last such; `future`: the next such; `today`: that of today. */
export type Meaning = 'past' | 'future' | 'today';

type Context = { now: Date; timeZone: string; meaning?: Meaning };

const UNREADABLE: TypedMoment = { ok: false, refused: 'unreadable' };
const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
/** By their first three letters, in every language on offer. */
const MONTHS = ['jan', 'feb', 'mar mär', 'apr', 'may mai', 'jun', 'jul', 'aug', 'sep', 'oct okt', 'nov', 'dec dez'];
const DAYS: Readonly<Record<string, number>> = { yesterday: -1, gestern: -1, today: 0, heute: 0, tomorrow: 1, morgen: 1 };
const NOW = new Set(['now', 'jetzt']);

type TimeOfDay = Pick<Wall, 'hour' | 'minute' | 'second'>;

function timeOfDay(text: string): TimeOfDay | null {
  const found = /^(\d{1,2})(?::?(\d{2})(?::?(\d{2}))?)?$/.exec(text);
  if (!found) return null;
  const [, hour, minute = '0', second = '0'] = found.map((part) => part ?? undefined);
  const time = { hour: Number(hour), minute: Number(minute), second: Number(second) };
  if (found[2] === undefined) return null;
  return time.hour < 24 && time.minute < 60 && time.second < 60 ? time : null;
}

function distance(text: string): number | null {
  const found = /^([+-])((?:\d{1,4}(?:\.\d{1,2})?[smhdw])+)$/.exec(text);
  if (!found) return null;
  let total = 0;
  for (const [, amount, unit] of (found[2] as string).matchAll(/([\d.]+)([smhdw])/g)) total += Number(amount) * (UNIT_MS[unit as string] as number);
  return found[1] === '-' ? -total : total;
}

function dayOf(text: string, today: Wall): Wall | 'no-such-day' | null {
  const away = DAYS[text];
  if (away !== undefined) return addDays(today, away);
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const worded = /^(\d{1,2})[ .]{0,2}([a-zä]{3,9})\.?(?: (\d{4}))?$/.exec(text);
  if (!iso && !worded) return null;
  const month = iso ? Number(iso[2]) : MONTHS.findIndex((names) => names.split(' ').includes((worded?.[2] ?? '').slice(0, 3))) + 1;
  if (month === 0) return null;
  const day = { ...today, year: Number(iso?.[1] ?? worded?.[3] ?? today.year), month, day: Number(iso?.[3] ?? worded?.[1]) };
  const real = addDays(day, 0);
  return real.month === day.month && real.day === day.day ? day : 'no-such-day';
}

function settle(wall: Wall, timeZone: string): TypedMoment {
  const [at, second] = momentsOf(wall, timeZone);
  return at ? { ok: true, at, isTwice: second !== undefined } : { ok: false, refused: 'leapt' };
}

function bareTime(time: TimeOfDay, { now, timeZone, meaning = 'today' }: Context): TypedMoment {
  const today = { ...wallAt(now, timeZone), ...time };
  const found = settle(today, timeZone);
  if (!found.ok || meaning === 'today') return found;
  if (meaning === 'past' && found.at.getTime() > now.getTime()) return settle(addDays(today, -1), timeZone);
  if (meaning === 'future' && found.at.getTime() < now.getTime()) return settle(addDays(today, 1), timeZone);
  return found;
}

/**
 * Reads a time as people type it, in the site's zone: `0412`, `04:12:30`, `-20m`, `+1h30m`, `now`, `yesterday 1800`,
 * `14 Nov 0410`, `2026-11-14 04:10`, their like in German (`gestern 1800`, `14. Dez. 0410`), and ISO 8601 with its own distance from UTC.
 */
export function readMoment(typed: string, context: Context): TypedMoment {
  const text = typed.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  if (NOW.has(text)) return { ok: true, at: context.now, isTwice: false };
  const away = distance(text.replaceAll(' ', ''));
  if (away !== null) return { ok: true, at: new Date(context.now.getTime() + away), isTwice: false };
  if (/^\d{4}-\d{2}-\d{2}t\d{2}:\d{2}(:\d{2}(\.\d+)?)?(z|[+-]\d{2}:\d{2})$/.test(text)) {
    const at = new Date(text.toUpperCase());
    return Number.isNaN(at.getTime()) ? { ok: false, refused: 'no-such-day' } : { ok: true, at, isTwice: false };
  }
  const bare = timeOfDay(text);
  if (bare) return bareTime(bare, context);
  const cut = Math.max(text.lastIndexOf(' '), text.lastIndexOf('t'));
  const time = timeOfDay(text.slice(cut + 1));
  const day = dayOf(text.slice(0, cut).replace(/,$/, ''), wallAt(context.now, context.timeZone));
  if (!time || !day) return UNREADABLE;
  return day === 'no-such-day' ? { ok: false, refused: day } : settle({ ...day, ...time }, context.timeZone);
}
