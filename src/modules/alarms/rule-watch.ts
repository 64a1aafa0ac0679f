import { sql } from 'kysely';
import type { Surroundings } from '#engines/correlation/entry.ts';
import { nowMs } from '#platform/kernel/clock.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { committedAfter, type Committed, readSignal, typeOf } from '#modules/signals/public.ts';
import { alarms, type Tx } from './alarm-row.ts';
import { factOf } from './conditions.ts';
import { controlsDue, standingCovers, takeUpControls, type TakenUp } from './controls.ts';
import { letRunawaysGo, writeControls, writeOrdered } from './controls-write.ts';
import { Correlation, type Found, isByControl, type Ordered, type Version } from './correlation.ts';
import type { Definition } from './correlation-rules.ts';
import type { Heard } from './engine-rules.ts';
import { toldOfRule } from './rules.service.ts';
import { lastSurroundings, PlanWatch } from './surroundings.ts';

const PERMISSION = 'alarms:raise';
const SAVE_EVERY_MS = 5000;
const MOST_VERSIONS = 500;

export type Position = Map<number, number>;
/** A version in force, with the rule that it belongs to. */
export type InForce = Version & { ruleId: string };

/** What rules over several signals find in one step, and what of them is to be written in its transaction. */
export type Sighting = { found: readonly Found[]; versions: ReadonlyMap<string, InForce>; takenUp: readonly string[]; ended: readonly string[]; controls: TakenUp | null; surroundings: Surroundings | null; /** Protection began anew, with nothing remembered. */ isForgotten: boolean; at: number; before: number | null; clock: number; memory: unknown; /** Which test or maintenance the place of an event is under, by the engine's control. */ coverOf: (heard: Heard) => string | null };

/** Another correlator has moved on: this one must stop. */
export class Fenced extends Error {
  constructor() {
    super('Another correlator leads.');
    this.name = 'Fenced';
  }
}

/** The events of stored signals as rules over several signals take them. */
export function heardIn(signals: readonly Committed[]): Heard[] {
  return signals.flatMap((signal) => readSignal(signal.protocol, signal.raw, signal.clear, signal.mapping).events.flatMap(({ classified }, n): Heard[] => {
    const kind = typeOf(classified.type);
    return kind ? [{ seq: signal.seq, n, key: signal.key, occurredAt: signal.occurredAt, receivedAt: signal.receivedAt, isSimulated: signal.isSimulated, fact: factOf(classified, kind, { siteId: signal.siteId, sourceId: signal.sourceId }) }] : [];
  }));
}

type Row = { id: string; ruleId: string; n: number; name: string; definition: unknown; state: string };
const COLUMNS = ['id', 'ruleId', 'n', 'name', 'definition', 'state'] as const;
const inForceOf = ({ id, ruleId, n, name, definition }: Row): InForce => ({ id, ruleId, n, name, definition: definition as Definition });

/** What was written down, where this program reads it. */
function rememberedIn({ memory, knownAt }: { memory: unknown; knownAt: string }, versions: readonly InForce[]): Correlation | null {
  try {
    return Correlation.from(memory, versions, Date.parse(knownAt));
  } catch {
    return null;
  }
}

/** The rules over several signals at work in the process that leads: what they remember stands in the database with how far each stream was read. */
export class RuleWatch {
  #correlation: Correlation;
  #versions: Map<string, InForce>;
  #inForce: readonly InForce[];
  readonly #onForgotten: (error: unknown) => void;
  readonly #plans: PlanWatch;
  /** The clock as the database has it; null where it has none yet. */
  #written: number | null;
  #savedAt = 0;
  #isDirty = false;
  #isForgotten = false;

  private constructor(correlation: Correlation, { versions, inForce, written, plans, onForgotten }: { versions: readonly InForce[]; inForce: readonly InForce[]; written: number | null; plans: PlanWatch; onForgotten: (error: unknown) => void }) {
    this.#plans = plans;
    this.#correlation = correlation;
    this.#inForce = inForce;
    this.#onForgotten = onForgotten;
    this.#versions = new Map(versions.map((version) => [version.id, version]));
    this.#written = written;
  }

  /** Goes on where the last leader was: takes what it remembered, and has it see again what came between that and the position, whose alarms stand already. */
  static async open(ctx: Ctx, position: Position, onForgotten: (error: unknown) => void = () => undefined): Promise<RuleWatch> {
    const justEnded = sql<string>`now() - interval '1 hour'`;
    const [rows, clocks, memories] = await alarms.readAll(ctx, PERMISSION, (db) => [
      db.selectFrom('alarms.ruleVersion').select([...COLUMNS, 'holdsUntil']).where('holdsFrom', 'is not', null).where((eb) => eb.or([eb('holdsUntil', 'is', null), eb('holdsUntil', '>', justEnded)])).orderBy('id').limit(MOST_VERSIONS),
      db.selectFrom('alarms.ruleClock').select('knownAt'),
      db.selectFrom('alarms.ruleMemory').select(['knownAt', 'cursors', 'memory']),
    ]);
    const versions = (rows as Row[]).map(inForceOf);
    const inForce = (rows as (Row & { holdsUntil: string | null })[]).filter(({ holdsUntil }) => holdsUntil === null).map(inForceOf);
    const [clock, memory] = [clocks[0], memories[0]];
    const written = clock ? Date.parse(clock.knownAt) : null;
    const remembered = memory ? rememberedIn(memory, versions) : null;
    if (memory && !remembered) onForgotten(new Error('What rules remembered was written by another version of this program.'));
    const surroundings = await lastSurroundings(ctx);
    const watch = new RuleWatch(remembered ?? Correlation.begin(inForce, written ?? 0, { covers: await standingCovers(ctx), surroundings }), { versions, inForce, written, plans: new PlanWatch(surroundings), onForgotten });
    watch.#isForgotten = memory !== undefined && !remembered;
    if (memory && remembered && written !== null) await watch.#seeAgain(ctx, new Map(Object.entries(memory.cursors as Record<string, number>).map(([stream, seq]) => [Number(stream), seq])), position, written);
    return watch;
  }

  async #seeAgain(ctx: Ctx, from: Position, to: Position, clock: number): Promise<void> {
    if (this.#correlation.isIdle) return;
    for (let cursors = from; ; ) {
      const next = await committedAfter(ctx, cursors);
      const seen = next.signals.filter(({ stream, batch }) => batch <= (to.get(stream) ?? -1));
      this.#take(heardIn(seen), 0);
      if (seen.length === 0) break;
      cursors = new Map([...cursors, ...seen.map(({ stream, batch }): [number, number] => [stream, batch])]);
    }
    this.#take([], clock);
  }

  /** What single signals raise never hangs on rules: where matching breaks, what was remembered is forgotten, and it goes on from here. */
  #take(heard: readonly Heard[], until: number): Found[] {
    try {
      return this.#correlation.take(heard, until);
    } catch (error) {
      this.#forget(error, until);
      return [];
    }
  }

  /** What is on test stays so; who was held by protection is counted anew. */
  #forget(error: unknown, until: number): void {
    this.#onForgotten(error);
    this.#isForgotten = true;
    this.#correlation = this.#correlation.anew(this.#inForce, until);
  }

  /** What follows from these signals, and from the time going on to `until` (ms). Null where there is nothing to do or to write. */
  async see(ctx: Ctx, heard: readonly Heard[], until: number, position: Position): Promise<Sighting | null> {
    const { takenUp, ended, controls, surroundings, at, found: first } = await this.#takeUp(ctx);
    const isForgotten = this.#isForgotten;
    const isChanged = takenUp.length + ended.length > 0 || controls !== null || surroundings !== null || isForgotten;
    if (this.#correlation.isIdle && !isChanged) {
      this.#correlation.take([], until);
      return null;
    }
    // Rules that ended may still be met by what happened before.
    const versions = this.#versions;
    const found = [...first, ...this.#take(heard, until)].filter(({ versionId, why }) => isByControl(why) || versions.has(versionId));
    this.#isDirty ||= heard.length > 0;
    if (heard.length === 0 && found.length === 0 && !isChanged) return null;
    const isDue = isChanged || (this.#isDirty && nowMs() - this.#savedAt >= SAVE_EVERY_MS);
    const memory = isDue ? { knownAt: this.#correlation.clock, cursors: Object.fromEntries(position), memory: this.#correlation.memory() } : null;
    return { found, versions, takenUp, ended, controls, surroundings, isForgotten, at, before: this.#written, clock: this.#correlation.clock, memory, coverOf: (one) => this.#correlation.coverOf(one)?.id ?? null };
  }

  /** Versions that were put into force or taken out since: from a time on that lies behind all that was seen. */
  async #takeUp(ctx: Ctx): Promise<{ takenUp: string[]; ended: string[]; controls: TakenUp | null; surroundings: Surroundings | null; at: number; found: Found[] }> {
    const due = await controlsDue(ctx);
    const surroundings = await this.#plans.news(ctx);
    const rows = (await alarms.read(ctx, PERMISSION).selectFrom('alarms.ruleVersion').select([...COLUMNS, 'holdsFrom'])
      .where(sql<boolean>`(state = 'active' and holds_from is null) or (state = 'retired' and holds_from is not null and holds_until is null)`).orderBy('id').limit(MOST_VERSIONS).execute()) as (Row & { holdsFrom: string | null })[];
    const at = Math.max(ctx.now().getTime(), this.#correlation.clock + 1);
    const takenUp = rows.filter(({ state }) => state === 'active').map(inForceOf);
    const ended = rows.filter(({ state }) => state === 'retired').map(({ id }) => id);
    const controls = due === null ? null : await takeUpControls(ctx, due, at);
    const known = [...this.#versions.values(), ...takenUp];
    if (rows.length > 0) this.#versions = new Map(known.map((version) => [version.id, version]));
    if (rows.length > 0) this.#inForce = [...this.#inForce, ...takenUp].filter(({ id }) => !ended.includes(id));
    const ordered: Ordered[] = [...(surroundings ? [{ control: 'surroundings', at, surroundings } as const] : []), ...(rows.length > 0 ? [{ control: 'versions', at, versions: this.#inForce } as const] : []), ...(controls?.ordered ?? [])];
    return { takenUp: takenUp.map(({ id }) => id), ended, controls, surroundings, at, found: ordered.flatMap((control) => this.#order(control)) };
  }

  #order(control: Ordered): Found[] {
    try {
      return this.#correlation.control(control);
    } catch (error) {
      this.#forget(error, control.at);
      return [];
    }
  }

  /** The step that wrote this has committed. */
  written({ clock, memory, isForgotten, surroundings }: Sighting): void {
    this.#written = clock;
    if (surroundings) this.#plans.written(surroundings);
    if (isForgotten) this.#isForgotten = false;
    if (memory === null) return;
    this.#savedAt = nowMs();
    this.#isDirty = false;
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** Writes the clock, from when versions hold, and what is remembered, in the step's transaction. Throws `Fenced` where another wrote the clock. */
export async function writeSighting(tx: Tx, { before, clock, takenUp, ended, controls, surroundings, isForgotten, at, memory }: Sighting): Promise<Change<{ id: string }>[]> {
  const moved = before === null
    ? (await tx.insertInto('alarms.ruleClock').values({ id: 1, knownAt: iso(clock) }).onConflict((conflict) => conflict.doNothing()).executeTakeFirst()).numInsertedOrUpdatedRows
    : (await tx.updateTable('alarms.ruleClock').set({ knownAt: iso(clock) }).where('id', '=', 1).where('knownAt', '=', iso(before)).executeTakeFirst()).numUpdatedRows;
  if (moved !== 1n) throw new Fenced();
  if (takenUp.length > 0) await tx.updateTable('alarms.ruleVersion').set({ holdsFrom: iso(at) }).where('id', 'in', [...takenUp]).where('holdsFrom', 'is', null).execute();
  if (ended.length > 0) await tx.updateTable('alarms.ruleVersion').set({ holdsUntil: iso(at) }).where('id', 'in', [...ended]).where('holdsUntil', 'is', null).execute();
  await letRunawaysGo(tx, isForgotten ? 'all' : ended, at);
  if (surroundings) await writeOrdered(tx, [{ control: 'surroundings', at, surroundings }], controls?.ordered.length ?? 0);
  const changes = controls === null ? [] : await writeControls(tx, controls, at);
  if (memory === null) return changes;
  const { knownAt, cursors, memory: remembered } = memory as { knownAt: number; cursors: object; memory: unknown };
  const row = { knownAt: iso(knownAt), cursors: JSON.stringify(cursors), memory: JSON.stringify(remembered) };
  await tx.insertInto('alarms.ruleMemory').values({ id: 1, ...row }).onConflict((conflict) => conflict.column('id').doUpdateSet(row)).execute();
  return changes;
}

/** From which time on versions hold, or no longer do: an entry of the ledger each. */
export const inForceFrom = (sighting: Sighting | null): Change<{ id: string }>[] =>
  sighting === null ? [] : [...sighting.takenUp.map((id) => [id, 'rule-taken-up'] as const), ...sighting.ended.map((id) => [id, 'rule-ended'] as const)].flatMap(([versionId, verb]) => {
    const version = sighting.versions.get(versionId);
    return version ? [toldOfRule(verb, null, { id: version.ruleId, versionId, n: version.n, at: iso(sighting.at) })] : [];
  });
