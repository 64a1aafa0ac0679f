import { clipCameras, openStream } from '#modules/devices/public.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { nowMs } from '#platform/kernel/clock.ts';
import { actAs } from '#platform/kernel/context.ts';
import type { WorkTools } from '#platform/kernel/http.ts';
import { leading } from '#platform/kernel/lead.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { ffmpegHere } from '#platform/video/ffmpeg.ts';
import { Recording } from '#platform/video/recording.ts';
import type { CameraRelay, CameraTrouble } from '#platform/wire/port.ts';
import { dueAlarms } from '../pictures/pictures.service.ts';
import { clipCameraFor, type ClipLeftOut, type DueClip, keepClip, leaveOutClip } from './clips.service.ts';

const IDLE_MS = 500;
const TEND_MS = 5_000;
const FORGET_MS = 120_000;
const BEFORE_MS = 10_000;
const AFTER_MS = 20_000;
/** A key frame of a camera may come late: what began before the time that is wanted is held a while longer. */
const SLACK_MS = 10_000;
const MOST_RECORDED = 8;
const FAILED_MS = 30_000;

type Tools = Pick<WorkTools, 'log'> & { ctx: () => Promise<Ctx>; /** Other times than the usual, for tests. */ beforeMs?: number; afterMs?: number };
type Recorded = { recording: Recording; relay: CameraRelay };

/** Takes the clips of alarms: cameras that keep what was before are recorded all the time, others from the alarm on. */
export class AlarmClips {
  readonly #tools: Required<Tools>;
  readonly #looked = new Map<string, number>();
  readonly #recorded = new Map<string, Promise<Recorded | CameraTrouble>>();
  readonly #always = new Set<string>();
  readonly #failedAt = new Map<string, number>();
  /** Cameras whose clip is being taken, and until when, for which alarm. */
  readonly #taking = new Map<string, { number: string; untilMs: number }>();
  readonly #running = new Set<Promise<void>>();

  constructor(tools: Tools) {
    this.#tools = { beforeMs: BEFORE_MS, afterMs: AFTER_MS, ...tools };
  }

  /** How many cameras are recorded now. */
  get recorded(): number {
    return this.#recorded.size;
  }

  /** How many fragments are held of them. */
  async held(): Promise<number> {
    const all = await Promise.all(this.#recorded.values());
    return all.reduce((sum, one) => sum + ('trouble' in one ? 0 : one.recording.held), 0);
  }

  /** Cameras that are recorded all the time, as they are set now: new ones begin, others end; one that failed is tried again after half a minute. */
  async tend(): Promise<void> {
    const ctx = await this.#tools.ctx();
    const wanted = ffmpegHere() === null ? [] : (await clipCameras(ctx, { limit: MOST_RECORDED })).map(({ id }) => id);
    this.#always.clear();
    for (const id of wanted) this.#always.add(id);
    for (const [id, one] of this.#recorded) if (!this.#always.has(id) && !this.#taking.has(id)) void one.then(stop);
    for (const id of wanted) if (!this.#recorded.has(id) && nowMs() - (this.#failedAt.get(id) ?? 0) > FAILED_MS) void this.#record(ctx, id).catch(() => undefined);
  }

  #record(ctx: Ctx, deviceId: string): Promise<Recorded | CameraTrouble> {
    const known = this.#recorded.get(deviceId);
    if (known) return known;
    const begun = this.#begin(ctx, deviceId);
    this.#recorded.set(deviceId, begun);
    const over = (): void => {
      if (this.#recorded.get(deviceId) === begun) this.#recorded.delete(deviceId);
      this.#failedAt.set(deviceId, nowMs());
    };
    begun.then((one) => ('trouble' in one ? over() : void one.recording.ended.then(over)), over);
    return begun;
  }

  async #begin(ctx: Ctx, deviceId: string): Promise<Recorded | CameraTrouble> {
    const relay = await openStream(ctx, deviceId);
    if ('trouble' in relay) return relay;
    const recording = new Recording({ url: relay.url, keepMs: this.#tools.beforeMs + SLACK_MS });
    void recording.ended.then(() => relay.close());
    return { recording, relay };
  }

  /** One round: clips of what is new are begun, or left out with why. Answers how many alarms it looked at. */
  async look(): Promise<number> {
    for (const [id, at] of this.#looked) if (nowMs() - at > FORGET_MS) this.#looked.delete(id);
    const ctx = await this.#tools.ctx();
    const due = await dueAlarms(ctx, [...this.#looked.keys()], 'clip');
    for (const alarm of due) {
      this.#looked.set(alarm.id, nowMs());
      const one = await clipCameraFor(ctx, alarm);
      if (one) await this.#place(ctx, one);
    }
    return due.length;
  }

  async #place(ctx: Ctx, due: DueClip): Promise<void> {
    const taking = this.#taking.get(due.deviceId);
    if (ffmpegHere() === null) return leaveOutClip(ctx, { ...due, why: 'no-ffmpeg', detail: 'The program ffmpeg is not on the machine that Parapet runs on.' });
    if (taking) return leaveOutClip(ctx, { ...due, why: 'paced', detail: `The clip of ${taking.number} was being taken of this camera.` });
    if (!this.#recorded.has(due.deviceId) && this.#recorded.size >= MOST_RECORDED) return leaveOutClip(ctx, { ...due, why: 'too-many', detail: `${MOST_RECORDED} other cameras were being recorded.` });
    const knownMs = Date.parse(due.knownAt);
    const [fromMs, untilMs] = due.mode === 'around' ? [knownMs - this.#tools.beforeMs, knownMs + this.#tools.afterMs] : [knownMs, nowMs() + this.#tools.afterMs];
    this.#taking.set(due.deviceId, { number: due.number, untilMs });
    const running = this.#take(due, fromMs, untilMs).catch((error: unknown) => this.#tools.log.warn({ err: error, alarm: due.id }, 'the clip of an alarm was not kept')).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #take(due: DueClip, fromMs: number, untilMs: number): Promise<void> {
    const clip = await this.#clipOf(due, fromMs, untilMs).finally(() => this.#taking.delete(due.deviceId));
    const ctx = await this.#tools.ctx();
    if ('why' in clip) return leaveOutClip(ctx, { ...due, ...clip });
    await keepClip(ctx, due, clip).catch(async (error: unknown) => {
      this.#tools.log.warn({ err: error, alarm: due.id }, 'the clip of an alarm was not stored');
      await leaveOutClip(ctx, { ...due, why: 'not-stored', detail: 'It could not be stored; the log says why.' });
    });
  }

  async #clipOf(due: DueClip, fromMs: number, untilMs: number): Promise<{ mp4: Buffer; fromMs: number; untilMs: number } | Pick<ClipLeftOut, 'why' | 'detail'>> {
    const one = await this.#record(await this.#tools.ctx(), due.deviceId);
    if ('trouble' in one) return { why: one.trouble, detail: one.detail };
    const clip = await one.recording.take(fromMs, untilMs);
    const hasEnded = one.recording.isOver;
    if (!this.#always.has(due.deviceId)) stop(one);
    if (clip) return clip;
    const trouble = hasEnded ? await one.relay.ended : null;
    return trouble ? { why: trouble.trouble, detail: trouble.detail } : { why: 'unreadable', detail: 'What it sent cannot be kept as moving pictures.' };
  }

  /** Ends every recording; clips under way are kept as far as they came. */
  async close(): Promise<void> {
    this.#always.clear();
    for (const one of this.#recorded.values()) void one.then(stop, () => undefined);
    await Promise.allSettled(this.#running);
  }
}

const stop = (one: Recorded | CameraTrouble): void => {
  if ('trouble' in one) return;
  one.relay.close();
  one.recording.stop();
};

/** Keeps the clips of alarms while this process holds the lead. */
export const leadClips = leading('alarm-clips', 'signals', async ({ db, log }, { isOver, within }) => {
  const clips = new AlarmClips({ log, ctx: () => actAs(db, SERVICE.cameras) });
  let tendedAt = -TEND_MS;
  while (!isOver()) {
    if (performance.now() - tendedAt >= TEND_MS) {
      tendedAt = performance.now();
      await clips.tend().catch((error: unknown) => log.warn({ err: error }, 'cameras were not looked through for clips; tried again soon'));
    }
    await clips.look().catch((error: unknown) => log.warn({ err: error }, 'alarms were not looked through for clips; tried again soon'));
    await within(IDLE_MS);
  }
  await clips.close();
});
