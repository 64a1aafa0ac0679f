import { fileURLToPath } from 'node:url';
import { timeNow } from '#platform/kernel/clock.ts';
import type { Log } from '#platform/kernel/log.ts';
import { Problem } from '#platform/kernel/problem.ts';
import { type CompilingProcess, startCompiling } from './compiling-process.ts';
import type { Job, Print, Standard } from './job.ts';
import type { JsonValue } from './text.ts';

/** How one report is made. */
export type RenderOptions = {
  /** BCP 47, of the words of the report; a screen reader goes by it. */
  lang: string;
  title: string;
  /** Refuse, rather than write as a Unicode number, what no font draws. For tests. */
  strict?: boolean;
  /** The time that the document carries; now where not said. The same data and time give the same bytes. */
  at?: Date;
  paper?: 'a4' | 'us-letter';
  /** `ua-1` where not said. */
  standard?: Standard;
  log?: Log;
};

/** Makes reports, one at a time, in a process of its own, which starts with the first and ends when idle. */
export type Press = {
  render(template: string, data: JsonValue, options: RenderOptions): Promise<Print>;
  /** The process id of the compiling process, while there is one. */
  pid(): number | undefined;
  close(): Promise<void>;
};

type PressOptions = {
  /** The folder under which templates lie at any depth as `report/*.typ`; `src` where not said. */
  root?: string;
  timeoutMs?: number;
  /** Reports that may wait behind the one being made. */
  mostWaiting?: number;
  idleMs?: number;
};

type Waiting = { job: Job; done: (print: Print) => void; fail: (problem: Problem) => void };

const MOST_DATA_CHARS = 16_000_000;
const MOST_RSS = 700_000_000;
const SRC = fileURLToPath(new URL('../..', import.meta.url));
const busy = (): Problem => new Problem('unavailable', 'report.busy', 'Many reports are being made. Ask again in a minute.', { retryAfterS: 60 });
const slow = (timeoutMs: number): Problem => new Problem('unavailable', 'report.slow', `The report was not made within ${Math.round(timeoutMs / 1000)} seconds. Ask for a smaller one, or ask again later.`, { retryAfterS: 60 });
const broken = (cause: unknown): Problem => new Problem('unavailable', 'report.failed', 'The report could not be made. Ask again; where it fails again, give the request number to your administrator.', { retryAfterS: 30 }, cause);
const tooLarge = (): Problem => new Problem('too_large', 'report.too_large', 'This is too much for one report. Ask for a part of it.');

/** Opens a press. Its process starts with the first report. */
export const openPress = (options: PressOptions = {}): Press => new QueuedPress(options);

class QueuedPress implements Press {
  readonly #options: Required<PressOptions>;
  readonly #queue: Waiting[] = [];
  #compiling: CompilingProcess | undefined;
  #current: Waiting | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor({ root = SRC, timeoutMs = 30_000, mostWaiting = 16, idleMs = 60_000 }: PressOptions) {
    this.#options = { root, timeoutMs, mostWaiting, idleMs };
  }

  render(template: string, data: JsonValue, options: RenderOptions): Promise<Print> {
    if (this.#isClosed || this.#queue.length >= this.#options.mostWaiting) return Promise.reject(busy());
    if (charsIn(data) > MOST_DATA_CHARS) return Promise.reject(tooLarge());
    return new Promise((done, fail) => {
      this.#queue.push({ job: jobOf(template, data, options), done, fail });
      this.#advance();
    });
  }

  pid(): number | undefined {
    return this.#compiling?.pid;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const unmade = [...(this.#current ? [this.#current] : []), ...this.#queue.splice(0)];
    this.#current = undefined;
    this.#compiling?.hold(true);
    await this.#stop();
    for (const waiting of unmade) waiting.fail(busy());
  }

  #advance(): void {
    if (this.#current !== undefined) return;
    this.#current = this.#queue.shift();
    if (this.#current !== undefined) this.#compiling ??= this.#start();
    this.#compiling?.hold(this.#current !== undefined);
    clearTimeout(this.#timer);
    if (this.#current === undefined) this.#timer = setTimeout(() => void this.#stop(), this.#options.idleMs).unref();
    else {
      this.#timer = setTimeout(() => this.#giveUp(), this.#options.timeoutMs);
      this.#compiling?.send(this.#current.job);
    }
  }

  #start(): CompilingProcess {
    return startCompiling(this.#options.root, {
      answer: (answer) => {
        if (answer.id !== this.#current?.job.id) return;
        if (answer.kind === 'made' && answer.rss > MOST_RSS) void this.#stop();
        this.#settle(answer.kind === 'made' ? printOf(answer) : broken(new Error(`${answer.reason}: ${answer.detail}`)));
      },
      end: (cause) => {
        this.#compiling = undefined;
        this.#settle(broken(cause));
      },
    });
  }

  #settle(outcome: Print | Problem): void {
    const settled = this.#current;
    this.#current = undefined;
    if (outcome instanceof Problem) settled?.fail(outcome);
    else settled?.done(outcome);
    this.#advance();
  }

  #giveUp(): void {
    void this.#stop();
    this.#settle(slow(this.#options.timeoutMs));
  }

  async #stop(): Promise<void> {
    const ending = this.#compiling;
    this.#compiling = undefined;
    clearTimeout(this.#timer);
    await ending?.kill();
  }
}

let lastId = 0;

const jobOf = (template: string, data: JsonValue, { lang, title, strict = false, at = timeNow(), paper = 'a4', standard = 'ua-1' }: RenderOptions): Job => ({
  kind: 'job', id: (lastId += 1), template, data, inputs: { title: printable(title), lang, paper }, standard, strict, atS: Math.floor(at.getTime() / 1000),
});

const printOf = ({ pdf, pages, spelled, warnings, tookMs, rss }: Print): Print => ({ pdf: Buffer.from(pdf), pages, spelled, warnings, tookMs, rss });

/** A title goes into the file's properties, where a control character has no place. */
const printable = (title: string): string => title.toWellFormed().replaceAll(/\p{Cc}+/gu, ' ').trim() || 'Report';

function charsIn(value: JsonValue): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.values(value).reduce((sum: number, part: JsonValue) => sum + 8 + charsIn(part), 0);
}

let press: Press | undefined;

/**
 * Makes a PDF (tagged, PDF/UA-1) from a template and data. Never holds up this process: the work is done in another.
 * @param template path below `src`, such as `modules/incidents/report/incident.typ`.
 * @throws Problem 503 `report.busy`, `report.slow` or `report.failed`, 413 `report.too_large`.
 */
export async function renderReport(template: string, data: JsonValue, options: RenderOptions): Promise<Buffer> {
  press ??= openPress();
  const { pdf, pages, spelled, warnings, tookMs, rss } = await press.render(template, data, options);
  options.log?.info({ template, pages, bytes: pdf.length, tookMs: Math.round(tookMs), rss, ...(spelled.length > 0 ? { spelled } : {}), ...(warnings.length > 0 ? { warnings } : {}) }, 'report made');
  return pdf;
}

/** Ends the process that makes reports, on the way out. */
export async function closePress(): Promise<void> {
  await press?.close();
  press = undefined;
}
