// Workload B as lines `<epoch_s> <kind> site=<S> zone=<Z> dev=<D> badge=<B>`, read into the correlation engine.
// Alone: `node bench/correlation-feed.ts DIR` runs DIR/events.kv and prints what it raised, how fast, and the memory it took.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type Engine, open } from '#engines/correlation/engine.ts';
import type { Output, Signal, Surroundings } from '#engines/correlation/entry.ts';
import { checkRules } from '#engines/correlation/rule.ts';

export type Counted = { events: number; R1: number; R2: number; R3: number; R4: number; R5: number };

/** Names that came before are not made anew: a table from bytes to texts. */
class Names {
  #slots = new Int32Array(64);
  #hashes = new Int32Array(64);
  readonly #texts: string[] = [''];

  of(bytes: Buffer, from: number, to: number, hash: number): string {
    const mask = this.#slots.length - 1;
    for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      const at = this.#slots[slot] as number;
      if (at === 0) return this.#add(slot, hash, bytes.toString('latin1', from, to));
      if (this.#hashes[at] === hash && isText(this.#texts[at] as string, bytes, from, to)) return this.#texts[at] as string;
    }
  }

  #add(slot: number, hash: number, text: string): string {
    this.#slots[slot] = this.#texts.length;
    this.#hashes[this.#texts.length] = hash;
    this.#texts.push(text);
    if (this.#texts.length * 2 > this.#slots.length) this.#grow();
    return text;
  }

  #grow(): void {
    const [hashes, size] = [this.#hashes, this.#slots.length * 2];
    this.#hashes = new Int32Array(size);
    this.#hashes.set(hashes);
    this.#slots = new Int32Array(size);
    for (let at = 1; at < this.#texts.length; at++) {
      let slot = spread(hashes[at] as number) & (size - 1);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (size - 1);
      this.#slots[slot] = at;
    }
  }
}

const spread = (hash: number): number => Math.imul(hash, 0x9e3779b1) >>> 9;

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
    let hash = 0;
    let to = from;
    for (let byte = bytes[to] as number; byte !== SPACE && byte !== NEW_LINE; byte = bytes[++to] as number) hash = (Math.imul(hash, 31) + byte) | 0;
    this.#at = to + 1;
    return to - from === 1 && bytes[from] === DASH ? null : names.of(bytes, from, to, hash);
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
