/** What a device knows of its lease. Milliseconds since the epoch, by its own clock. */
export type Lease = { untilMs: number; latestMs: number };

const LONGEST_PAUSE_MS = 60_000;

/** The time as this device may count it: never earlier than any that it has seen, so that a clock that is put back opens nothing. */
export const countedTime = (lease: Lease, nowMs: number): number => Math.max(lease.latestMs, nowMs);

/** Whether the store must close until its person signs in on this device. */
export const isOver = (lease: Lease, nowMs: number): boolean => countedTime(lease, nowMs) >= lease.untilMs;

/** How long until the next try after so many that failed: doubling to a minute, a quarter more or less by `draw` in [0, 1), so that many devices do not come at once. */
export const pauseMs = (failures: number, draw: number): number => Math.round(Math.min(LONGEST_PAUSE_MS, 1_000 * 2 ** Math.max(0, failures - 1)) * (0.75 + draw / 2));

/** What an answer to a command means: it is done; a person must look at it; it is to be sent again later; or somebody must sign in first. */
export function meaningOf(status: number): 'sent' | 'refused' | 'later' | 'sign-in' {
  if (status >= 200 && status < 300) return 'sent';
  if (status === 401) return 'sign-in';
  return status === 0 || status === 408 || status === 429 || status >= 500 ? 'later' : 'refused';
}
