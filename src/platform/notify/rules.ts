import type { Language } from '#platform/kernel/language.ts';

/** Hours in which nothing that is not urgent leaves to a person; minutes since midnight in an IANA zone. */
export type Quiet = { zone: string; fromMinute: number; toMinute: number };

const DAY = 1440;
const MINUTE_MS = 60_000;

/** Whether a zone is one that this runtime knows. */
export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en', { timeZone: zone, hour: 'numeric', minute: 'numeric', hourCycle: 'h23' });
  clocks.set(zone, made);
  return made;
}

function minuteOf(at: number, zone: string): number {
  const parts = clockOf(zone).formatToParts(at);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value ?? 0);
  return part('hour') * 60 + part('minute');
}

const isWithin = (minute: number, { fromMinute, toMinute }: Quiet): boolean => (fromMinute < toMinute ? minute >= fromMinute && minute < toMinute : minute >= fromMinute || minute < toMinute);

/**
 * When the quiet hours that hold at a moment end; null where none hold. Across a change of the clocks they end at the
 * first minute that is outside them by the wall clock.
 */
export function quietEnd(at: Date, quiet: Quiet): Date | null {
  const minute = minuteOf(at.getTime(), quiet.zone);
  if (!isWithin(minute, quiet)) return null;
  const begun = Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS;
  const guess = begun + ((quiet.toMinute - minute + DAY) % DAY) * MINUTE_MS;
  // A shift of the clocks moves the end by up to two hours either way: look from before it for the first minute outside.
  for (let from = Math.max(begun, guess - 150 * MINUTE_MS); from <= guess + 150 * MINUTE_MS; from += MINUTE_MS) {
    if (from > at.getTime() && !isWithin(minuteOf(from, quiet.zone), quiet)) return new Date(from);
  }
  return new Date(guess);
}

/** What a notice is about, as its receiver sees it at this moment. */
export type Seen = { number: string | null; title: string; isWalled: boolean };

const UNSAID: Readonly<Record<Language, { title: string; text: string }>> = {
  en: { title: 'Something waits for you in Parapet', text: 'It is not said here. Sign in to see it.' },
  de: { title: 'In Parapet wartet etwas auf Sie', text: 'Was es ist, steht nicht hier. Melden Sie sich an, um es zu sehen.' },
};

/** The words of a message that leaves: of what stands behind a wall they say nothing but that something waits. */
export function outsideWords(title: string, words: string, record: Seen | null, language: Language = 'en'): { title: string; text: string } {
  if (record?.isWalled) return UNSAID[language];
  const about = record === null ? words : [record.number, record.title].filter(Boolean).join(', ');
  return { title: about === '' ? title : `${title}: ${about}`.slice(0, 200), text: about === '' ? title : `${title}.\n${about}` };
}
