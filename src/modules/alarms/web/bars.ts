/** A day of a device's history. */
export type Bar = { day: string; count: number; countFalse: number };

const DAY_MS = 86_400_000;

/** Every day up to today (UTC), the quiet ones too, and the most alarms of a day. */
export function barsOf(perDay: readonly Bar[], days: number, now: Date): { bars: Bar[]; most: number } {
  const known = new Map(perDay.map((bar) => [bar.day, bar]));
  const bars = Array.from({ length: days }, (_, at) => {
    const day = new Date(now.getTime() - (days - 1 - at) * DAY_MS).toISOString().slice(0, 10);
    return known.get(day) ?? { day, count: 0, countFalse: 0 };
  });
  return { bars, most: Math.max(1, ...bars.map((bar) => bar.count)) };
}
