import { type Refusal, refuse } from '../refusal.ts';
import { checkRules } from './check.ts';
import { type Control, type Counts, type Entry, isControl, type Options, type Output, type Signal, type Surroundings } from './entry.ts';
import { GATE_KINDS, type Rule } from './kinds.ts';
import { BEGINNING, type Hands, Lane, type LaneState } from './lane.ts';
import { type Waiting, WaitingLine } from './waiting.ts';

const FORMAT = 1;
const MOST_WAITING = 100_000;
const MOST_TYPES = 4096;
const NOTHING: readonly Output[] = Object.freeze([]);

/** All that an engine remembers, as JSON. */
export type Snapshot = { readonly format: typeof FORMAT; readonly options: Options; readonly counts: Counts; readonly reached: number; readonly waiting: readonly Waiting[]; readonly gate: LaneState; readonly match: LaneState; readonly runaway: LaneState };
/** The parts of rules that take a type of signal, in each lane. */
type Route = { readonly gate: Hands; readonly runaway: Hands; readonly match: Hands };
export type Opened = { ok: true; engine: Engine } | Refusal;

/** An engine with these rules, or why not. Rules are checked here too. */
export function open(rules: readonly Rule[], options: Options, surroundings: Surroundings = {}): Opened {
  const wrong = wrongOptions(options);
  if (wrong) return wrong;
  const checked = checkRules(rules, options.vitalTypes);
  if (!checked.ok) return refuse(`rules${checked.at}`, checked.reason);
  const engine = new Engine(options);
  engine.start(checked.rules, surroundings);
  return { ok: true, engine };
}

/** Goes on where a snapshot was taken, exactly. */
export function resume(snapshot: Snapshot): Opened {
  if (snapshot?.format !== FORMAT) return refuse('format', `It is not a snapshot of form ${FORMAT}.`);
  const wrong = wrongOptions(snapshot.options);
  if (wrong) return wrong;
  const engine = new Engine(snapshot.options);
  engine.load(snapshot);
  return { ok: true, engine };
}

function wrongOptions({ latenessMs, mostKeys = 1, mostWaiting = 1 }: Options): Refusal | null {
  if (!(Number.isSafeInteger(latenessMs) && latenessMs >= 0)) return refuse('latenessMs', 'It takes a whole number of milliseconds, 0 or more.');
  if (!(Number.isSafeInteger(mostKeys) && mostKeys > 0)) return refuse('mostKeys', 'It takes a whole number above 0.');
  return Number.isSafeInteger(mostWaiting) && mostWaiting > 0 ? null : refuse('mostWaiting', 'It takes a whole number above 0.');
}

/**
 * Takes entries in one order and says what follows from them. Two lanes see each entry: the gate at once, in the order in which they come,
 * by the time we knew; matching in order of the time they happened, once the lateness is over. Timers belong to matching.
 * A third counts runaway keys for matching, silently, since only the gate's own count may depend on the order of coming.
 */
export class Engine {
  readonly #options: Options;
  readonly #vital: ReadonlySet<string>;
  readonly #gate: Lane;
  readonly #match: Lane;
  readonly #runaway: Lane;
  readonly #waiting = new WaitingLine();
  readonly #mostWaiting: number;
  readonly #routes = new Map<string, Route>();
  #reached = BEGINNING;
  #out: Output[] = [];
  #watchesRunaway = false;
  #entries = 0;
  #late = 0;
  #shifted = 0;
  #hurried = 0;
  #dropped = new Map<string, number>();

  constructor(options: Options) {
    this.#options = options;
    this.#vital = new Set(options.vitalTypes);
    this.#mostWaiting = options.mostWaiting ?? MOST_WAITING;
    this.#gate = new Lane(options, ({ kind }) => GATE_KINDS.has(kind), (rule) => this.#drop(rule));
    this.#match = new Lane(options, ({ kind }) => !GATE_KINDS.has(kind), (rule) => this.#drop(rule));
    this.#runaway = new Lane(options, ({ kind }) => kind === 'runaway', () => {});
  }

  /** Takes the next entry. What it answers follows from it, or from those whose wait it ended. Entries are kept, so they must not change afterwards. */
  step(entry: Entry): readonly Output[] {
    this.#entries++;
    const clock = this.#clockOf(entry);
    const at = this.#timeOf(entry, clock);
    const route = isControl(entry) ? null : this.#routeOf(entry.type);
    if (isControl(entry)) this.#gateControl(entry, clock);
    else if (route) this.#judge(entry, route, clock);
    const { latenessMs } = this.#options;
    if (latenessMs === 0) this.#take(entry, route, at);
    else {
      this.#waiting.add({ at, entry });
      this.#moveTo(clock - latenessMs);
    }
    return this.#said();
  }

  /** Nothing that happened before that time (ms) will come any more: takes what waited, and lets timers go off. */
  advance(watermark: number): readonly Output[] {
    this.#moveTo(watermark);
    return this.#said();
  }

  snapshot(): Snapshot {
    return structuredClone({
      format: FORMAT, options: this.#options, counts: this.counts, reached: this.#reached, waiting: this.#waiting.save(),
      gate: this.#gate.save(), match: this.#match.save(), runaway: this.#runaway.save(),
    });
  }

  get counts(): Counts {
    return { entries: this.#entries, late: this.#late, shifted: this.#shifted, hurried: this.#hurried, dropped: Object.fromEntries(this.#dropped) };
  }

  /** For `open` alone: rules in force before the first entry. */
  start(rules: readonly Rule[], surroundings: Surroundings): void {
    this.#gate.setRules(rules, {});
    this.#setRules(rules, surroundings);
  }

  /** For `resume` alone. */
  load(snapshot: Snapshot): void {
    const { gate, match, runaway, waiting, reached, counts } = structuredClone(snapshot);
    this.#gate.load(gate);
    this.#match.load(match);
    this.#runaway.load(runaway);
    for (const one of waiting) this.#waiting.add(one);
    this.#reached = reached;
    [this.#entries, this.#late, this.#shifted, this.#hurried] = [counts.entries, counts.late, counts.shifted, counts.hurried];
    this.#dropped = new Map(Object.entries(counts.dropped));
    this.#watchesRunaway = match.rules.some(({ kind }) => kind === 'runaway');
  }

  #clockOf({ at, knownAt }: Entry): number {
    const clock = knownAt !== undefined && Number.isFinite(knownAt) ? knownAt : at;
    return Number.isFinite(clock) ? clock : this.#reached;
  }

  /** The time by which an entry is matched: its own, unless that can't be or lies further back than the lateness. */
  #timeOf({ at, knownAt }: Entry, clock: number): number {
    const isUsable = Number.isFinite(at) && (knownAt === undefined || (at <= knownAt && at >= knownAt - this.#options.latenessMs));
    const time = isUsable ? at : clock;
    if (!isUsable) this.#shifted++;
    if (time >= this.#reached) return time;
    this.#late++;
    return this.#reached;
  }

  /** Whether a signal may ring, judged as it comes. */
  #judge(signal: Signal, route: Route, clock: number): void {
    const gate = this.#gate;
    gate.goTo(clock, this.#out);
    const cover = this.#coverOf(gate, signal);
    if (cover && signal.effect === 'raise') this.#out.push({ effect: 'hold', why: cover.mode, rule: cover.id, key: cover.value, at: gate.now, because: [signal.ref] });
    gate.take(signal, route.gate[signal.effect], gate.now, cover !== null, this.#out);
  }

  #gateControl(control: Control, clock: number): void {
    this.#gate.goTo(clock, this.#out);
    if (control.control === 'rules') this.#change(control, this.#gate);
    else this.#gate.control(control, this.#gate.now, this.#out);
  }

  #moveTo(watermark: number): void {
    const waiting = this.#waiting;
    for (;;) {
      const first = waiting.first;
      const isHurried = waiting.size > this.#mostWaiting;
      if (!first || !(first.at < watermark || isHurried)) break;
      if (first.at >= watermark) this.#hurried++;
      waiting.shift();
      this.#take(first.entry, isControl(first.entry) ? null : this.#routeOf(first.entry.type), first.at);
    }
    if (!(watermark > this.#reached)) return;
    this.#match.goTo(watermark, this.#out);
    this.#reached = watermark;
  }

  /** Matches an entry, at a time that never goes back. */
  #take(entry: Entry, route: Route | null, at: number): void {
    const match = this.#match;
    match.goTo(at, this.#out);
    this.#reached = Math.max(this.#reached, at);
    if (!isControl(entry)) {
      if (route) match.take(entry, route.match[entry.effect], at, this.#isUnseen(entry, route, at), this.#out);
    } else if (entry.control === 'rules') this.#change(entry, match);
    else {
      match.control(entry, at, []);
      this.#runaway.control(entry, at, []);
    }
  }

  /** Whether matching passes a signal over: in maintenance, on test, or of a runaway key. */
  #isUnseen(signal: Signal, route: Route, at: number): boolean {
    if (this.#coverOf(this.#match, signal)) return true;
    if (!this.#watchesRunaway) return false;
    this.#runaway.goTo(at, []);
    const said: Output[] = [];
    this.#runaway.take(signal, route.runaway[signal.effect], at, false, said);
    return said.some(({ effect }) => effect === 'hold');
  }

  #coverOf(lane: Lane, signal: Signal): ReturnType<Lane['covers']['of']> {
    return lane.covers.isEmpty || this.#vital.has(signal.type) ? null : lane.covers.of(signal, lane.now);
  }

  #routeOf(type: string): Route {
    const known = this.#routes.get(type);
    if (known) return known;
    const route = { gate: this.#gate.handsOf(type), runaway: this.#runaway.handsOf(type), match: this.#match.handsOf(type) };
    if (this.#routes.size < MOST_TYPES) this.#routes.set(type, route);
    return route;
  }

  /** Refused rules are told once, by the gate. */
  #change({ ref, rules, surroundings }: Extract<Control, { control: 'rules' }>, lane: Lane): void {
    const checked = checkRules(rules, this.#options.vitalTypes);
    this.#routes.clear();
    if (checked.ok && lane === this.#match) this.#setRules(checked.rules, surroundings);
    else if (checked.ok) lane.setRules(checked.rules, {});
    else if (lane === this.#gate) this.#out.push({ effect: 'refused', ref, at: lane.now, where: checked.at, reason: checked.reason });
  }

  #setRules(rules: readonly Rule[], surroundings?: Surroundings): void {
    this.#match.setRules(rules, surroundings);
    this.#runaway.setRules(rules, {});
    this.#watchesRunaway = rules.some(({ kind }) => kind === 'runaway');
  }

  #drop(rule: string): void {
    const count = (this.#dropped.get(rule) ?? 0) + 1;
    this.#dropped.set(rule, count);
    if ((count & (count - 1)) === 0) this.#out.push({ effect: 'dropped', rule, count, at: this.#match.now });
  }

  #said(): readonly Output[] {
    if (this.#out.length === 0) return NOTHING;
    const out = this.#out;
    this.#out = [];
    return out;
  }
}
