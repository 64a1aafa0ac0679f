// Workload B as lines `<epoch_s> <kind> site=<S> zone=<Z> dev=<D> badge=<B>`, read into the correlation engine.
// Alone: `node bench/correlation-feed.ts DIR` runs DIR/events.kv and prints what it raised, how fast, and the memory it took.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type Engine, open } from '#engines/correlation/engine.ts';
import type { Output, Signal, Surroundings } from '#engines/correlation/entry.ts';
import { checkRules } from '#engines/correlation/rule.ts';

export type Counted = { events: number; R1: number; R2: number; R3: number; R4: number; R5: number };

const EXACT = 8;

/** Names that came before are not made anew: a table from the last eight bytes, as two numbers, to texts. */
class Names {
  #slots = new Int32Array(128);
  #texts: string[] = Array.from({ length: 64 }, () => '');
  #count = 0;

  of(bytes: Buffer, from: number, to: number, high: number, low: number): string {
    const [slots, texts] = [this.#slots, this.#texts];
    const mask = texts.length - 1;
    for (let slot = placeOf(high, low) & mask; ; slot = (slot + 1) & mask) {
      const text = texts[slot] as string;
      if (text === '') return this.#add(slot, high, low, bytes.toString('latin1', from, to));
      if (slots[2 * slot] !== high || slots[2 * slot + 1] !== low) continue;
      if (to - from <= EXACT || isText(text, bytes, from, to)) return text;
    }
  }

  #add(slot: number, high: number, low: number, text: string): string {
    this.#slots[2 * slot] = high;
    this.#slots[2 * slot + 1] = low;
    this.#texts[slot] = text;
    if (++this.#count * 3 > this.#texts.length * 2) this.#grow();
    return text;
  }

  #grow(): void {
    const [slots, texts] = [this.#slots, this.#texts];
    const mask = texts.length * 2 - 1;
    this.#slots = new Int32Array(slots.length * 2);
    this.#texts = Array.from({ length: mask + 1 }, () => '');
    this.#count = 0;
    for (const [at, text] of texts.entries()) {
      if (text === '') continue;
      const [high, low] = [slots[2 * at] as number, slots[2 * at + 1] as number];
      let slot = placeOf(high, low) & mask;
      while (this.#texts[slot] !== '') slot = (slot + 1) & mask;
      this.#add(slot, high, low, text);
    }
  }
}

const placeOf = (high: number, low: number): number => Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1) >>> 9;

function isText(text: string, bytes: Buffer, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  for (let i = from; i < to; i++) if (text.charCodeAt(i - from) !== bytes[i]) return false;
  return true;
}

const [SPACE, NEW_LINE, DASH] = [32, 10, 45];
/** How many bytes stand before each name: none before the kind, then `site=` and so on. */
const [KIND, SITE, ZONE, DEVICE, BADGE] = [0, 5, 5, 4, 6];

/** Reads lines as signals; what is left of a line waits for the next bytes. */
export class Feed {
  readonly #types = new Names();
  readonly #sites = new Names();
  readonly #zones = new Names();
  readonly #devices = new Names();
  readonly #badges = new Names();
  readonly #take: (signal: Signal) => void;
  #at = 0;
  events = 0;

  constructor(take: (signal: Signal) => void) {
    this.#take = take;
  }

  /** Takes the whole lines of these bytes; answers how many bytes they were. */
  lines(bytes: Buffer, length: number): number {
    const last = bytes.lastIndexOf(NEW_LINE, length - 1) + 1;
    this.#at = 0;
    while (this.#at < last) {
      let second = 0;
      for (let byte = bytes[this.#at++] as number; byte !== SPACE; byte = bytes[this.#at++] as number) second = second * 10 + byte - 48;
      const type = this.#name(this.#types, bytes, KIND) ?? '';
      const site = this.#name(this.#sites, bytes, SITE);
      const zone = this.#name(this.#zones, bytes, ZONE);
      const device = this.#name(this.#devices, bytes, DEVICE);
      const person = this.#name(this.#badges, bytes, BADGE);
      this.#take({ ref: this.events++, at: second * 1000, type, effect: 'raise', site, zone, device, person });
    }
    return last;
  }

  /** The name that begins so many bytes on, up to a space or the end of the line. */
  #name(names: Names, bytes: Buffer, skip: number): string | null {
    const from = this.#at + skip;
    let high = 0;
    let low = 0;
    let to = from;
    for (let byte = bytes[to] as number; byte !== SPACE && byte !== NEW_LINE; byte = bytes[++to] as number) {
      high = (high << 8) | (low >>> 24);
      low = (low << 8) | byte;
    }
    this.#at = to + 1;
    return low === DASH && to - from === 1 ? null : names.of(bytes, from, to, high, low);
  }
}

/** The workload's rules, out of their file and checked as any others are. */
export function workloadEngine(surroundings: Surroundings): Engine {
  const checked = checkRules(JSON.parse(readFileSync(join(import.meta.dirname, 'correlation-rules.json'), 'utf8')));
  if (!checked.ok) throw new Error(`correlation-rules.json ${checked.at}: ${checked.reason}`);
  const opened = open(checked.rules, { latenessMs: 0, vitalTypes: [] }, surroundings);
  if (!opened.ok) throw new Error(opened.reason);
  return opened.engine;
}

const csv = (file: string): string[][] => readFileSync(file, 'utf8').trim().split('\n').map((line) => line.split(','));

/** `adjacency.csv` (zone, zone) and `travel.csv` (site, site, seconds). */
export const readSurroundings = (dir: string): Surroundings => ({
  adjacency: csv(join(dir, 'adjacency.csv')).map(([a = '', b = '']) => [a, b]),
  journeys: csv(join(dir, 'travel.csv')).map(([from = '', to = '', seconds]) => ({ from, to, leastMs: Number(seconds) * 1000 })),
});

/** Runs a file of lines through an engine, in pieces of a mebibyte, and counts what each rule raised. */
export function runFile(file: string, engine: Engine): Counted {
  const counted: Record<string, number> = { R1: 0, R2: 0, R3: 0, R4: 0, R5: 0 };
  const count = (outputs: readonly Output[]): void => {
    for (const { effect, rule } of outputs as readonly { effect: string; rule: string }[]) if (effect === 'raise') counted[rule] = (counted[rule] ?? 0) + 1;
  };
  const feed = new Feed((signal) => count(engine.step(signal)));
  const input = openSync(file, 'r');
  const bytes = Buffer.allocUnsafe(1 << 20);
  for (let left = 0, read = 0; (read = readSync(input, bytes, left, bytes.length - left, null)) > 0; ) {
    const done = feed.lines(bytes, left + read);
    bytes.copyWithin(0, done, left + read);
    left += read - done;
  }
  closeSync(input);
  return { ...(counted as Omit<Counted, 'events'>), events: feed.events };
}

if (import.meta.main) {
  const dir = process.argv[2] ?? '.';
  const engine = workloadEngine(readSurroundings(dir));
  const start = performance.now();
  const counted = runFile(join(dir, 'events.kv'), engine);
  const seconds = (performance.now() - start) / 1000;
  console.log(JSON.stringify({ engine: 'this engine', seconds, eventsPerS: Math.round(counted.events / seconds), rssMiB: Math.round(process.resourceUsage().maxRSS / 1024), ...counted }));
}
