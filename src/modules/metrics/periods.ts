export const KINDS = ['month', 'quarter'] as const;
export type Kind = (typeof KINDS)[number];
export type Period = { from: Date; to: Date };

const MONTHS_IN = { month: 1, quarter: 3 } as const;

/** The month or quarter of UTC that holds a moment, or so many before it. */
export function periodOf(kind: Kind, at: Date, back = 0): Period {
  const months = MONTHS_IN[kind];
  const first = Math.floor(at.getUTCMonth() / months) * months - back * months;
  return { from: new Date(Date.UTC(at.getUTCFullYear(), first, 1)), to: new Date(Date.UTC(at.getUTCFullYear(), first + months, 1)) };
}

/** The periods that are over and not frozen yet, the oldest first: all since the last that was, or the last that ended where none was and there was anything to freeze by its end. */
export function duePeriods(kind: Kind, now: Date, beginsAt: Date | null, lastFrom: Date | null): Period[] {
  const due: Period[] = [];
  for (let back = 1; ; back += 1) {
    const period = periodOf(kind, now, back);
    const isOver = lastFrom === null ? back > 1 || beginsAt === null || beginsAt >= period.to : period.from <= lastFrom;
    if (isOver) return due.toReversed();
    due.push(period);
  }
}
