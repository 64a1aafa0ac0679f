import { spokenLanguage } from '#platform/web/messages.ts';

/** A wall clock's reading: calendar date and time of day, without a zone. Months 1 to 12. */
export type Wall = { year: number; month: number; day: number; hour: number; minute: number; second: number };

const PART: Intl.DateTimeFormatOptions = { hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' };
const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', { ...PART, timeZone, calendar: 'gregory', numberingSystem: 'latn' });
  formats.set(timeZone, made);
  return made;
};

/** What the clocks of a zone (IANA) show at a moment. */
export function wallAt(at: Date, timeZone: string): Wall {
  const parts = Object.fromEntries(formatOf(timeZone).formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return { year, month, day, hour, minute, second };
}

const asUtc = (wall: Wall): number => Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);

/** How far a zone's clocks are ahead of UTC at a moment, in milliseconds. */
export const offsetMs = (at: Date, timeZone: string): number => asUtc(wallAt(at, timeZone)) - Math.floor(at.getTime() / 1_000) * 1_000;

/** The moments at which a zone's clocks show this: none where the clocks leap over it, two where they go back, else one. */
export function momentsOf(wall: Wall, timeZone: string): Date[] {
  const guess = asUtc(wall);
  const day = 86_400_000;
  const offsets = new Set([guess - day, guess, guess + day].map((at) => offsetMs(new Date(at), timeZone)));
  return [...offsets]
    .map((offset) => new Date(guess - offset))
    .filter((at) => asUtc(wallAt(at, timeZone)) === guess)
    .sort((a, b) => a.getTime() - b.getTime());
}

/** The calendar day `days` later; the time of day stays. */
export function addDays(wall: Wall, days: number): Wall {
  const moved = new Date(asUtc(wall) + days * 86_400_000);
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate(), hour: wall.hour, minute: wall.minute, second: wall.second };
}

const NAMED_IN = ['en-GB', 'en-US', 'en-AU', 'en-IN', 'en-SG', 'en-ZA', 'en-NZ'];

/** The zone's short name at a moment (`CET`, in German `MEZ`; `SGT`), or its distance (`GMT+8`) where it has none. */
export function zoneName(at: Date, timeZone: string): string {
  const language = spokenLanguage();
  let last = timeZone;
  for (const locale of language.startsWith('en') ? NAMED_IN : [language, ...NAMED_IN]) {
    last = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' }).formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? last;
    if (!/^(?:GMT|UTC)[+-]/.test(last)) return last;
  }
  return last;
}

/** Whether a name is a zone that this machine knows. */
export function isZone(timeZone: string): boolean {
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false;
  }
}
