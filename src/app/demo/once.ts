import { type Ctx, store } from '#platform/kernel/store.ts';
import { Problem } from '#platform/kernel/problem.ts';

const kernel = store<Record<never, never>>('platform');
const PREFIX = 'demonstration.';
const MOST = 5000;
const REFUSED = new Set(['conflict', 'refused', 'forbidden', 'not_found', 'stale']);

/**
 * Runs each step of the story once, whatever cut the load before: the answer to a step is kept in its own transaction, as
 * the answer to a command is. A step that the product refuses is left out and named in `refused`.
 */
export class Once {
  readonly refused: string[] = [];
  readonly #done = new Map<string, unknown>();

  /** Reads what these people did in a load that was cut. */
  async recall(people: Iterable<Ctx>): Promise<void> {
    for (const ctx of people) {
      const rows = await kernel.read(ctx, '').selectFrom('platform.command').select(['key', 'reply']).where('key', 'like', `${PREFIX}%`).limit(MOST).execute();
      for (const { key, reply } of rows) this.#done.set(key, reply);
    }
  }

  /** The step's answer, of now or of then; null where it was refused. */
  async do<T>(name: string, base: Ctx | undefined, at: string, verb: (ctx: Ctx) => Promise<T>): Promise<T | null> {
    const key = PREFIX + name;
    if (this.#done.has(key)) return this.#done.get(key) as T;
    try {
      if (!base) throw new Problem('refused', 'demo.nobody', 'Nobody is there to do it.');
      const moment = new Date(at);
      const reply = await verb({ ...base, now: () => moment, command: { key, request: 'demonstration' } });
      this.#done.set(key, reply);
      return reply;
    } catch (error) {
      if (!(error instanceof Problem) || !REFUSED.has(error.kind)) throw error;
      this.refused.push(`${name}: ${error.code} ${error.message}`);
      return null;
    }
  }
}
