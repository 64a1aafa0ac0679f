/** Failures at a key (an address of mail, an address of the network) and until when it must wait. */
export type Attempts = { failures: number; firstAt: string; blockedUntil: string };

const FORGET_AFTER_MS = 60 * 60_000;
const LONGEST_WAIT_MS = 15 * 60_000;

/** How long the next attempt must wait after so many failures: `free` are free, then 15 s doubling to 15 min. */
export const waitAfter = (failures: number, free: number): number => (failures < free ? 0 : Math.min(LONGEST_WAIT_MS, 15_000 * 2 ** Math.min(failures - free, 10)));

/** Counts one more failure; an hour without any forgets the earlier ones. */
export function countFailure(known: Attempts | undefined, now: Date, free: number): Attempts {
  const fresh = !known || now.getTime() - new Date(known.firstAt).getTime() > FORGET_AFTER_MS + LONGEST_WAIT_MS;
  const failures = fresh ? 1 : known.failures + 1;
  return { failures, firstAt: fresh ? now.toISOString() : known.firstAt, blockedUntil: new Date(now.getTime() + waitAfter(failures, free)).toISOString() };
}

/** Seconds still to wait, 0 where none. */
export const secondsToWait = (known: Attempts | undefined, now: Date): number => (known ? Math.max(0, Math.ceil((new Date(known.blockedUntil).getTime() - now.getTime()) / 1000)) : 0);
