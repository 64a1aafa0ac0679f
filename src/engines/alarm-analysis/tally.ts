import type { Counts, Finding, Past } from './past.ts';

/** A group of alarms with what they turned out to be. `share` counts what is false of it and of all before it, as a part of all that is false. */
export type Group = Counts & { readonly key: string; readonly share: number };
/** Groups by false alarms, most first, and how many of them make half of all false alarms (0 where there are none). */
export type Pareto = { readonly groups: readonly Group[]; readonly half: number };
export type Tallied = {
  readonly counts: Counts;
  readonly first: number | null;
  readonly last: number | null;
  readonly devices: Pareto;
  readonly types: Pareto;
  readonly sites: Pareto;
  /** 168 hours of a week from Monday 00:00: all alarms, and the false ones. */
  readonly week: readonly { readonly all: number; readonly false: number }[];
};

type Count = { false: number; true: number; unknown: number };
export const HOURS_OF_WEEK = 168;
/** Stands for alarms that name no site or type. */
export const NONE = '';

/** Counts alarms of the past by device, type, site and hour; the same whatever their order. */
export class Tally {
  readonly #counts: Count = { false: 0, true: 0, unknown: 0 };
  readonly #by = { devices: new Map<string, Count>(), types: new Map<string, Count>(), sites: new Map<string, Count>() };
  readonly #week = Array.from({ length: HOURS_OF_WEEK }, () => ({ all: 0, false: 0 }));
  #first = Infinity;
  #last = -Infinity;

  /** `hour` is the hour of the local week, 0 for Monday 00:00 to 167. */
  add({ at, device, site, said, type, finding }: Past, hour: number): void {
    this.#counts[finding]++;
    count(this.#by.devices, `${site ?? NONE}\u001f${device}`, finding);
    count(this.#by.types, type ?? `?${said}`, finding);
    count(this.#by.sites, site ?? NONE, finding);
    const cell = this.#week[hour];
    if (cell) cell.all++;
    if (cell && finding === 'false') cell.false++;
    this.#first = Math.min(this.#first, at);
    this.#last = Math.max(this.#last, at);
  }

  answer(): Tallied {
    const isEmpty = this.#first === Infinity;
    const { devices, types, sites } = this.#by;
    return {
      counts: { ...this.#counts }, first: isEmpty ? null : this.#first, last: isEmpty ? null : this.#last,
      devices: paretoOf(devices), types: paretoOf(types), sites: paretoOf(sites), week: this.#week.map((cell) => ({ ...cell })),
    };
  }
}

function count(groups: Map<string, Count>, key: string, finding: Finding): void {
  let group = groups.get(key);
  if (!group) groups.set(key, (group = { false: 0, true: 0, unknown: 0 }));
  group[finding]++;
}

/** Groups by what is false of them, most first (then by key), with the cumulative share. */
export function paretoOf(groups: ReadonlyMap<string, Counts>): Pareto {
  const sorted = [...groups].sort(([a, x], [b, y]) => y.false - x.false || (a < b ? -1 : 1));
  const total = sorted.reduce((sum, [, counts]) => sum + counts.false, 0);
  let before = 0;
  const ranked = sorted.map(([key, counts]) => ({ key, ...counts, share: total === 0 ? 0 : (before += counts.false) / total }));
  return { groups: ranked, half: total === 0 ? 0 : ranked.findIndex(({ share }) => share >= 0.5) + 1 };
}
