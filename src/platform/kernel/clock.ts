import type { Database } from './db/pool.ts';

// Ours until the database was asked.
let offsetMs = performance.timeOrigin;

/** Milliseconds since 1970 UTC: the database's time, carried on by this machine's steady clock. Whoever sets the wall clock of this machine moves nothing here. */
export const nowMs = (): number => Math.floor(performance.now() + offsetMs);

/** The same as a date. */
export const timeNow = (): Date => new Date(nowMs());

/** Asks the database for its time, and follows it as far as the way there leaves no doubt: half of how long the answer took may lie on either side. */
export async function followDatabaseClock(db: Database): Promise<void> {
  const asked = performance.now();
  const [answer] = await db.send([{ text: 'select extract(epoch from clock_timestamp())::float8 * 1000 as at', values: [] }]);
  const doubtMs = (performance.now() - asked) / 2;
  const measured = Number(answer?.rows[0]?.['at']) - asked - doubtMs;
  offsetMs = Math.min(Math.max(offsetMs, measured - doubtMs), measured + doubtMs);
}
