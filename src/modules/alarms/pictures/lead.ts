import { SERVICE } from '#platform/kernel/access.ts';
import { nowMs } from '#platform/kernel/clock.ts';
import { actAs } from '#platform/kernel/context.ts';
import type { WorkTools } from '#platform/kernel/http.ts';
import { leading } from '#platform/kernel/lead.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { cameraFor, type Due, dueAlarms, type DuePicture, keepPicture, leaveOut, type LeftOut } from './pictures.service.ts';

const IDLE_MS = 500;
const FORGET_MS = 120_000;
/** One camera is asked once in so long, whatever rings beside it. */
const PACE_MS = 5_000;
const MOST_WAITING = 30;
const MOST_AT_ONCE = 3;
/** What waited longer is no picture of the time of the alarm. */
const LATE_MS = 15_000;
const WITHIN_MS = 3_000;

type Tools = Pick<WorkTools, 'log'> & { ctx: () => Promise<Ctx>; /** Other times than the usual, for tests. */ paceMs?: number; lateMs?: number; withinMs?: number };

/** Takes the pictures of alarms: beside the correlator, never before it; a few at once, each camera at its pace, and what is left out is said. */
export class AlarmPictures {
  readonly #tools: Required<Tools>;
  /** Alarms that were looked at, and when. */
  readonly #looked = new Map<string, number>();
  readonly #lastOf = new Map<string, { at: number; number: string }>();
  readonly #waiting: DuePicture[] = [];
  readonly #running = new Set<Promise<void>>();

  constructor(tools: Tools) {
    this.#tools = { paceMs: PACE_MS, lateMs: LATE_MS, withinMs: WITHIN_MS, ...tools };
  }

  /** One round: what is new is asked for, waits, or is left out. Answers how many alarms it looked at. */
  async look(): Promise<number> {
    this.#forget();
    const ctx = await this.#tools.ctx();
    const due = await dueAlarms(ctx, [...this.#looked.keys()]);
    const left: LeftOut[] = [];
    for (const alarm of due) {
      const out = await this.#place(ctx, alarm);
      if (out) left.push(out);
    }
    await leaveOut(ctx, left);
    this.#begin();
    return due.length;
  }

  async #place(ctx: Ctx, alarm: Due): Promise<LeftOut | null> {
    this.#looked.set(alarm.id, nowMs());
    const camera = await cameraFor(ctx, alarm.id);
    if (!camera) return null;
    const one = { ...alarm, ...camera };
    const last = this.#lastOf.get(camera.deviceId);
    if (last) return { ...one, why: 'paced', detail: `This camera was asked ${((nowMs() - last.at) / 1000).toFixed(1)} s before, for ${last.number}.` };
    if (this.#waiting.length >= MOST_WAITING) return { ...one, why: 'too-many', detail: `${MOST_WAITING} other alarms waited for their picture.` };
    this.#lastOf.set(camera.deviceId, { at: nowMs(), number: alarm.number });
    this.#waiting.push(one);
    this.#begin();
    return null;
  }

  #begin(): void {
    while (this.#running.size < MOST_AT_ONCE) {
      const next = this.#waiting.shift();
      if (!next) return;
      const running = this.#keep(next).finally(() => {
        this.#running.delete(running);
        this.#begin();
      });
      this.#running.add(running);
    }
  }

  async #keep(due: DuePicture): Promise<void> {
    const ctx = await this.#tools.ctx();
    try {
      if (nowMs() - Date.parse(due.knownAt) > this.#tools.lateMs) return await leaveOut(ctx, [{ ...due, why: 'too-late', detail: 'Other alarms came before it for too long.' }]);
      await keepPicture(ctx, due, this.#tools.withinMs);
    } catch (error) {
      this.#tools.log.warn({ err: error, alarm: due.id }, 'the picture of an alarm was not kept');
      await leaveOut(ctx, [{ ...due, why: 'not-stored', detail: 'It could not be stored; the log says why.' }]).catch((told: unknown) => this.#tools.log.warn({ err: told, alarm: due.id }, 'that the picture of an alarm was not kept could not be said'));
    }
  }

  #forget(): void {
    const now = nowMs();
    for (const [id, at] of this.#looked) if (now - at > FORGET_MS) this.#looked.delete(id);
    for (const [id, { at }] of this.#lastOf) if (now - at > this.#tools.paceMs) this.#lastOf.delete(id);
  }

  /** Lets what is under way end; what waits is not begun. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    await Promise.allSettled(this.#running);
  }
}

/** Keeps the pictures of alarms while this process holds the lead. */
export const leadPictures = leading('alarm-pictures', 'signals', async ({ db, log }, { isOver, within }) => {
  const pictures = new AlarmPictures({ log, ctx: () => actAs(db, SERVICE.cameras) });
  while (!isOver()) {
    await pictures.look().catch((error: unknown) => log.warn({ err: error }, 'alarms were not looked through for pictures; tried again soon'));
    await within(IDLE_MS);
  }
  await pictures.close();
});
