import type { Priority } from './priority.tsx';

/** How a priority rings: its tones (Hz) one after another, and how often it comes again; `null` once only. */
export type Pattern = { tonesHz: readonly number[]; toneS: number; everyMs: number | null };

/** The patterns of design §5: told apart by number and direction of tones, not by loudness. Priority 4 is silent. */
export const PATTERNS: Readonly<Record<Priority, Pattern | null>> = {
  1: { tonesHz: [660, 830, 1045], toneS: 0.16, everyMs: 10_000 },
  2: { tonesHz: [740, 740], toneS: 0.18, everyMs: 30_000 },
  3: { tonesHz: [392], toneS: 0.35, everyMs: null },
  4: null,
};

/** A missed hand-over, or the connection lost. */
export const FALLING: Pattern = { tonesHz: [620, 465, 349], toneS: 0.22, everyMs: null };

/** The longest mute, in milliseconds. */
export const LONGEST_MUTE_MS = 600_000;

/** What rings until it is acknowledged, and when each rang last. Times are epoch milliseconds. */
export class RingPlan {
  readonly #ringing = new Map<string, { priority: Priority; lastAt: number | null }>();

  /** Adds what waits and takes out what does no more, at once; a priority that rises rings anew. */
  set(waiting: ReadonlyMap<string, Priority>): void {
    for (const id of this.#ringing.keys()) if (!waiting.has(id)) this.#ringing.delete(id);
    for (const [id, priority] of waiting) {
      const known = this.#ringing.get(id);
      if (!known || priority < known.priority) this.#ringing.set(id, { priority, lastAt: null });
    }
  }

  /** What to sound now: the most urgent that is due. Those due behind it count as sounded, so that tones never pile up. */
  due(now: number): Pattern | null {
    let first: Priority | null = null;
    for (const ring of this.#ringing.values()) {
      const pattern = PATTERNS[ring.priority];
      if (!pattern) continue;
      const isDue = ring.lastAt === null || (pattern.everyMs !== null && now - ring.lastAt >= pattern.everyMs);
      if (!isDue) continue;
      ring.lastAt = now;
      if (first === null || ring.priority < first) first = ring.priority;
    }
    return first === null ? null : PATTERNS[first];
  }
}
