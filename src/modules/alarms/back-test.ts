import type { Ctx } from '#platform/kernel/store.ts';
import { type Committed, heardBetween, typeOf } from '#modules/signals/public.ts';
import { Correlation, type Found, LATENESS_MS, type Version } from './correlation.ts';
import { raisesOwn } from './correlation-rules.ts';
import { eventOfRef, type Heard, keyOfRef } from './engine-rules.ts';
import { orderedBetween } from './replayed-order.ts';
import { heardIn } from './rule-watch.ts';

/** A slice of the time is sorted as a whole: it grows where little was heard, and shrinks where much was. */
const SLICE_MS = { first: 10 * 60_000, least: 60_000, most: 24 * 3_600_000 } as const;
const MUCH = 20_000;
const PAGE = 1000;
/** Signals that one test reads at most. */
export const MOST_SIGNALS = 1_000_000;
/** Alarms that one test keeps at most; it counts all. */
export const MOST_KEPT = 1000;
/** So long after it was met last an alarm is taken as dealt with; until then another meet is a repeat. */
const OPEN_FOR_MS = 3_600_000;
/** Signals behind what rules still wait for are remembered so long. */
const REMEMBERED_MS = 13 * 3_600_000;

type Cause = { key: string; at: string; type: string };
/** An alarm that a version would have raised, or a signal that it would have held. `at` in ms since 1970. */
export type Would = { versionId: string; key: string; at: number; siteId: string | null; sourceId: string; sourceName: string; point: string | null; area: string | null; signals: readonly Cause[] };

type Face = { signal: Committed; events: Map<number, Heard> };
type Span = { from: number; until: number };
type Tools = { signal: AbortSignal; progress(part: number, words?: string): void };
export type Replayed = { would: Would[]; signals: number; reached: number; isCut: boolean };

/** What these versions would have raised over the signals that the reader sees, read page by page in the order in which they were heard; each begins with nothing remembered. */
export async function replay(ctx: Ctx, versions: readonly Version[], { from, until }: Span, { signal, progress }: Tools): Promise<Replayed> {
  const beside = await orderedBetween(ctx, versions, { from, until });
  const correlation = Correlation.begin(beside.versions, from, beside.standing);
  const wanted = new Set(versions.map(({ id }) => id));
  let controls = beside.ordered;
  const step = (heard: readonly Heard[], to: number): Found[] => {
    const due = controls.filter(({ at }) => at <= to);
    controls = controls.slice(due.length);
    return correlation.replay(heard, to, due).filter(({ versionId }) => wanted.has(versionId));
  };
  const faces = new Map<string, Face>();
  const alarms = new Folding(new Set(versions.filter(closesByItself).map(({ id }) => id)));
  let read = 0;
  for (let start = from, length: number = SLICE_MS.first; start < until; ) {
    const slice = { from: start, until: Math.min(start + length, until) };
    const before = read;
    for (let after: { receivedAt: string; seq: number } | null = null; ; ) {
      signal.throwIfAborted();
      const page: Committed[] = await heardBetween(ctx, { ...slice, after, limit: PAGE });
      const heard = heardIn(page);
      remember(faces, page, heard);
      const last = page.at(-1);
      alarms.add(step(heard, last ? Date.parse(last.receivedAt) : slice.from), faces);
      read += page.length;
      if (read >= MOST_SIGNALS && last) return { would: alarms.all, signals: read, reached: Date.parse(last.receivedAt), isCut: true };
      if (!last || page.length < PAGE) break;
      after = { receivedAt: last.receivedAt, seq: last.seq };
    }
    alarms.add(step([], slice.until), faces);
    forget(faces, slice.until - REMEMBERED_MS);
    progress((slice.until - from) / (until - from));
    start = slice.until;
    if (read - before < PAGE) length = Math.min(SLICE_MS.most, length * 4);
    else if (read - before > MUCH) length = Math.max(SLICE_MS.least, length / 4);
  }
  // What is met at the very end is told once what may come late has come.
  alarms.add(step([], until + LATENESS_MS), faces);
  return { would: alarms.all, signals: read, reached: until, isCut: false };
}

function remember(faces: Map<string, Face>, page: readonly Committed[], heard: readonly Heard[]): void {
  const byKey = Map.groupBy(heard, ({ key }) => key);
  for (const signal of page) faces.set(signal.key, { signal, events: new Map((byKey.get(signal.key) ?? []).map((one) => [one.n, one])) });
}

function forget(faces: Map<string, Face>, before: number): void {
  for (const [key, { signal }] of faces) {
    if (Date.parse(signal.receivedAt) >= before) return;
    faces.delete(key);
  }
}

const closesByItself = ({ definition }: Version): boolean => {
  const kind = raisesOwn(definition) ? typeOf(definition.result) : null;
  return kind !== null && raisesOwn(definition) && !kind.latches && (definition.priority ?? kind.priority) === 4;
};

/** Meets of one rule at one place become one alarm while it would be open. */
class Folding {
  readonly all: Would[] = [];
  readonly #closing: ReadonlySet<string>;
  readonly #metAt = new Map<string, number>();

  /** `closing` are versions whose alarms close by themselves when what they are about ends. */
  constructor(closing: ReadonlySet<string>) {
    this.#closing = closing;
  }

  add(found: readonly Found[], faces: ReadonlyMap<string, Face>): void {
    for (const one of found) {
      const key = `${one.versionId} ${one.key}`;
      if (one.effect === 'restore' && this.#closing.has(one.versionId)) this.#metAt.delete(key);
      const would = one.effect === 'restore' ? null : wouldOf(one, faces);
      if (!would) continue;
      const last = this.#metAt.get(key);
      this.#metAt.set(key, one.at);
      if (one.effect === 'hold' || last === undefined || one.at - last > OPEN_FOR_MS) this.all.push(would);
    }
  }
}

function wouldOf({ versionId, key, at, because }: Found, faces: ReadonlyMap<string, Face>): Would | null {
  const causes = because.flatMap((ref) => {
    const face = faces.get(keyOfRef(ref));
    const event = face?.events.get(eventOfRef(ref));
    return face && event ? [{ face, event }] : [];
  });
  const last = causes.at(-1);
  if (!last) return null;
  const { signal } = last.face;
  return {
    versionId, key, at, siteId: signal.siteId, sourceId: signal.sourceId, sourceName: signal.sourceName, point: last.event.fact.point, area: last.event.fact.area,
    signals: causes.slice(-20).map(({ face, event }) => ({ key: face.signal.key, at: face.signal.occurredAt, type: event.fact.kind.key })),
  };
}

/** How an alarm of the version that is tried stands to the one in force. */
export type Standing = 'new' | 'both' | 'gone';

/** Compares by place and time: within a minute at one place two alarms are the same. */
export function compare(tried: readonly Would[], inForce: readonly Would[] | null): (Would & { standing: Standing })[] {
  if (inForce === null) return tried.map((would) => ({ ...would, standing: 'new' }));
  const left = new Map(Map.groupBy(inForce, ({ key }) => key));
  const both = tried.map((would) => {
    const here = left.get(would.key) ?? [];
    const same = here.find(({ at }) => Math.abs(at - would.at) <= 60_000);
    if (same) left.set(would.key, here.filter((one) => one !== same));
    return { ...would, standing: same ? 'both' as const : 'new' as const };
  });
  return [...both, ...[...left.values()].flat().map((would) => ({ ...would, standing: 'gone' as const }))].toSorted((a, b) => a.at - b.at);
}

