import { OPEN, type State } from './rules.ts';

/** What the figures need of a work order. Times in milliseconds; devices as ids. */
export type OrderFact = { id: string; state: State; faultCode: string; deviceIds: readonly string[]; failedAt: number; raisedAt: number; fixedAt: number | null; returns: number; costs: readonly { currency: string; minor: number }[] };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A share with what it is of; null where there is nothing to count. */
export type Share = { n: number; of: number; share: number | null };
const shareOf = (n: number, of: number): Share => ({ n, of, share: of === 0 ? null : n / of });

const isFixed = ({ fixedAt, state }: OrderFact): boolean => fixedAt !== null && state !== 'cancelled';
const within = (at: number | null, from: number, to: number): boolean => at !== null && at >= from && at < to;

/** Time to repair: from when the fault began to the fix that is in force, of orders that were fixed in the period. Hours. */
export function timeToRepair(orders: readonly OrderFact[], { from, to }: { from: number; to: number }): { n: number; meanH: number | null; medianH: number | null } {
  const hours = orders.filter((one) => isFixed(one) && within(one.fixedAt, from, to)).map(({ failedAt, fixedAt }) => ((fixedAt ?? 0) - failedAt) / HOUR_MS).sort((a, b) => a - b);
  const n = hours.length;
  if (n === 0) return { n, meanH: null, medianH: null };
  const middle = ((hours[Math.floor((n - 1) / 2)] ?? 0) + (hours[Math.ceil((n - 1) / 2)] ?? 0)) / 2;
  return { n, meanH: hours.reduce((sum, one) => sum + one, 0) / n, medianH: middle };
}

/** Fixed at the first try: of what was closed and fixed in the period, how much never came back. */
export function firstTimeFix(orders: readonly OrderFact[], { from, to }: { from: number; to: number }): Share {
  const ended = orders.filter((one) => one.state === 'closed' && within(one.fixedAt, from, to));
  return shareOf(ended.filter(({ returns }) => returns === 0).length, ended.length);
}

export type Repeat = { deviceId: string; faultCode: string; count: number; orderIds: string[] };

/** Repeat faults: the same code on the same device, raised within so many days of the fix before; of what was raised in the period. */
export function repeatFaults(orders: readonly OrderFact[], { from, to, days }: { from: number; to: number; days: number }): Repeat[] {
  const byFault = new Map<string, { deviceId: string; faultCode: string; all: OrderFact[] }>();
  for (const order of orders) {
    if (order.state === 'cancelled') continue;
    for (const deviceId of order.deviceIds) {
      const key = `${deviceId} ${order.faultCode}`;
      const found = byFault.get(key) ?? { deviceId, faultCode: order.faultCode, all: [] };
      found.all.push(order);
      byFault.set(key, found);
    }
  }
  return [...byFault.values()].flatMap(({ deviceId, faultCode, all }) => {
    const inOrder = all.toSorted((a, b) => a.raisedAt - b.raisedAt || (a.id < b.id ? -1 : 1));
    const repeats = inOrder.filter((one) => within(one.raisedAt, from, to) && inOrder.some((before) => before.id !== one.id && before.fixedAt !== null && before.fixedAt <= one.raisedAt && one.raisedAt - before.fixedAt <= days * DAY_MS));
    return repeats.length === 0 ? [] : [{ deviceId, faultCode, count: repeats.length, orderIds: repeats.map(({ id }) => id) }];
  }).sort((a, b) => b.count - a.count || (`${a.deviceId} ${a.faultCode}` < `${b.deviceId} ${b.faultCode}` ? -1 : 1));
}

export const AGES = [{ key: 'week', days: 7 }, { key: 'month', days: 30 }, { key: 'quarter', days: 90 }, { key: 'older', days: Infinity }] as const;
export type AgeKey = (typeof AGES)[number]['key'];

/** Backlog by age: what is open at a moment, by how long ago it was raised. */
export function backlogByAge(orders: readonly OrderFact[], at: number): { key: AgeKey; count: number }[] {
  const ages = orders.filter(({ state }) => OPEN.includes(state)).map(({ raisedAt }) => (at - raisedAt) / DAY_MS);
  return AGES.map(({ key, days }, i) => ({ key, count: ages.filter((age) => age < days && age >= (AGES[i - 1]?.days ?? -Infinity)).length }));
}

/** Parts per device of what was fixed in the period, by currency; of an order on several devices each bears an even part, so that the whole stays the whole. Minor units. */
export function costPerDevice(orders: readonly OrderFact[], { from, to }: { from: number; to: number }): { deviceId: string; currency: string; minor: number }[] {
  const sums = new Map<string, { deviceId: string; currency: string; minor: number }>();
  for (const { deviceIds, costs } of orders.filter((one) => isFixed(one) && within(one.fixedAt, from, to) && one.deviceIds.length > 0)) {
    const sorted = deviceIds.toSorted();
    for (const { currency, minor } of costs) {
      for (const [i, deviceId] of sorted.entries()) {
        // What does not divide goes to the first ones, a minor unit each.
        const part = Math.floor(minor / sorted.length) + (i < minor % sorted.length ? 1 : 0);
        const key = `${deviceId} ${currency}`;
        const sum = sums.get(key) ?? { deviceId, currency, minor: 0 };
        sums.set(key, { ...sum, minor: sum.minor + part });
      }
    }
  }
  return [...sums.values()].sort((a, b) => b.minor - a.minor || (a.deviceId < b.deviceId ? -1 : 1));
}

/** Share of the time in service in which devices were not told lost: overlapping losses of one device count once. */
export function availability(devices: readonly { since: number; losses: readonly { from: number; to: number | null }[] }[], { from, to }: { from: number; to: number }): { upMs: number; serviceMs: number; share: number | null } {
  let [down, service] = [0, 0];
  for (const { since, losses } of devices) {
    const begun = Math.max(from, since);
    if (begun >= to) continue;
    service += to - begun;
    let end = begun;
    for (const loss of losses.toSorted((a, b) => a.from - b.from)) {
      const [start, stop] = [Math.max(loss.from, end), Math.min(loss.to ?? to, to)];
      if (stop > start) {
        down += stop - start;
        end = stop;
      }
    }
  }
  return { upMs: service - down, serviceMs: service, share: service === 0 ? null : (service - down) / service };
}
