import type { Setting } from './contract.ts';

/** A backup or proof of the past, as far as the schedule minds it. */
export type Past = { kind: 'backup' | 'proof'; cause: string; state: string; askedAt: string };

const HOUR_MS = 3_600_000;
/** A proof that failed is tried again after so long, not at once: it costs a whole restore. */
const AGAIN_MS = 6 * HOUR_MS;

/** Year, month, day and hour of a moment in a zone. */
function hourIn(zone: string, at: Date): { day: string; hour: number } {
  const parts = Object.fromEntries(new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', hourCycle: 'h23' }).formatToParts(at).map(({ type, value }) => [type, value]));
  return { day: `${parts['year']}-${parts['month']}-${parts['day']}`, hour: Number(parts['hour']) };
}

/**
 * What is due now: a backup once a local day, from its hour on, also where the machine slept through that hour or a
 * summer's clock leaps over it, the first at the hour that comes after `beganAt`. Then a proof of the newest backup, so many days after the last good one; it keeps to the
 * backup of the day, unless none comes. `past` is the newest first.
 */
export function whatIsDue({ isOn, atHour, timeZone, proveEveryDays, beganAt }: Setting & { beganAt: string }, past: readonly Past[], now: Date): 'backup' | 'proof' | null {
  if (!isOn) return null;
  const began = hourIn(timeZone, new Date(beganAt));
  const { day, hour } = hourIn(timeZone, now);
  const isToday = ({ askedAt }: Past): boolean => hourIn(timeZone, new Date(askedAt)).day === day;
  const isBefore = began.day === day && began.hour >= atHour;
  if (hour >= atHour && !isBefore && !past.some((one) => one.kind === 'backup' && one.cause === 'scheduled' && isToday(one))) return 'backup';
  const newest = past.find(({ kind, state }) => kind === 'backup' && state === 'done');
  const proofs = past.filter(({ kind }) => kind === 'proof');
  const good = proofs.find(({ state }) => state === 'done');
  if (!newest || (good && good.askedAt > newest.askedAt)) return null;
  const hoursSince = (one: Past | undefined): number => (one ? (now.getTime() - Date.parse(one.askedAt)) / HOUR_MS : Infinity);
  if (hoursSince(proofs[0]) * HOUR_MS < AGAIN_MS) return null;
  const isTime = hoursSince(good) >= (isToday(newest) ? proveEveryDays * 24 - 12 : (proveEveryDays + 1) * 24);
  return isTime ? 'proof' : null;
}
