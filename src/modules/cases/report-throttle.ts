import { Problem } from '#platform/kernel/problem.ts';

type Rule = { burst: number; perSecond: number };
type Bucket = { left: number; at: number };

const REPORTS: Rule = { burst: 5, perSecond: 1 / 120 };
const CODES: Rule = { burst: 60, perSecond: 1 };
/** Whoever sends them: a flood fills no database. */
const ALL: Rule = { burst: 200, perSecond: 1 / 10 };
const MOST = 10_000;

/** How often reports and codes come from one sender, and reports from all: buckets in memory, keyed by what says nothing of anybody. */
export class DoorThrottle {
  readonly #buckets = new Map<string, Bucket>();

  /** Throws 429 where there were too many reports. */
  takeReport(sender: string, now: Date): void {
    this.#take(`report ${sender}`, REPORTS, now);
    this.#take('all', ALL, now);
  }

  /** Throws 429 where there were too many tries of codes. */
  takeCode(sender: string, now: Date): void {
    this.#take(`code ${sender}`, CODES, now);
  }

  #take(key: string, { burst, perSecond }: Rule, now: Date): void {
    const at = now.getTime();
    const known = this.#buckets.get(key) ?? { left: burst, at };
    const left = Math.min(burst, known.left + (Math.max(0, at - known.at) / 1000) * perSecond);
    if (this.#buckets.size >= MOST) this.#buckets.clear();
    this.#buckets.set(key, { left: Math.max(0, left - 1), at });
    if (left < 1) throw new Problem('limited', 'cases.too_many', 'Too many at once. Wait a while, then try again.', { retryAfterS: Math.ceil(1 / perSecond) });
  }
}
