import { Optional } from '@marcbachmann/cel-js';
import type { Compiled } from './compile.ts';
import type { Expression } from './expression.ts';
import { LIMITS, type MappedEvent, type MappingFault, type Subject } from './mapping.ts';
import { prepare, type Prepared, type Value } from './subject.ts';
import { costOf } from './weight.ts';

/** What a mapping made of a message. */
export type Reading = {
  /** What the sender calls it. */
  externalId: string | null;
  /** Milliseconds since 1970 UTC. */
  occurredAt: number | null;
  events: MappedEvent[];
  /** Why the message as a whole could not be read. */
  problem: string | null;
  /** Expressions that came to nothing on this message; a condition then does not fit, a place stays empty. */
  faults: MappingFault[];
};

const TOO_LARGE = `The message has more than ${LIMITS.values} values, or more than ${LIMITS.levels} levels. It is kept, and not read.`;
const TOO_MUCH = 'Reading this message by this mapping is more work than is allowed. Shorten the mapping, or take only the lines that are needed.';

/** One pass over a message: what it may still cost, and what came to nothing. */
class Pass {
  readonly faults: MappingFault[] = [];
  readonly subject: Prepared;
  isSpent = false;
  #left: number = LIMITS.work;

  constructor(subject: Prepared) {
    this.subject = subject;
  }

  run(at: string, expression: Expression | null, item: Value): unknown {
    if (!expression || this.isSpent) return null;
    this.#left -= costOf(expression.weight, this.subject);
    if (this.#left < 0) {
      this.isSpent = true;
      return null;
    }
    const outcome = expression.run(this.subject, item);
    if (outcome.ok) return unwrapped(outcome.value);
    this.faults.push({ at, reason: outcome.reason });
    return null;
  }

  text(at: string, expression: Expression | null, item: Value): string | null {
    const value = this.run(at, expression, item);
    const text = textOf(value);
    if (text === undefined) this.faults.push({ at, reason: 'This is a list or an object, not a text.' });
    return text ?? null;
  }
}

/** Reads a message by a mapping. Never throws, and takes bounded time and memory whatever either says. */
export function readByMapping({ each, places, rows }: Compiled, subject: Subject): Reading {
  const prepared = prepare(subject);
  if (!prepared) return { externalId: null, occurredAt: null, events: [], problem: TOO_LARGE, faults: [] };
  const pass = new Pass(prepared);
  const whole = prepared.fields;
  const externalId = pass.text('places.externalId', places.externalId, whole);
  const occurredAt = momentOf(pass.run('places.occurredAt', places.occurredAt, whole));
  const listed = each ? pass.run('each', each, whole) : [whole];
  const items = Array.isArray(listed) ? (listed as Value[]) : null;
  if (items && items.length > LIMITS.items) return { externalId, occurredAt, events: [], problem: `The message has ${items.length} events; at most ${LIMITS.items} are read.`, faults: pass.faults };
  const events = (items ?? [whole]).map((item) => eventOf(pass, places, rows, item));
  return { externalId, occurredAt, events: pass.isSpent ? [] : events, problem: pass.isSpent ? TOO_MUCH : null, faults: pass.faults };
}

/** Only what the message as a whole is called and when it says that it happened: what must be known before it is stored. */
export const headOf = ({ places }: Compiled, subject: Subject): Pick<Reading, 'externalId' | 'occurredAt'> => {
  const { externalId, occurredAt } = readByMapping({ each: null, rows: [], places: { ...places, device: null, zone: null, severity: null, message: null } }, subject);
  return { externalId, occurredAt };
};

function eventOf(pass: Pass, places: Compiled['places'], rows: Compiled['rows'], item: Value): MappedEvent {
  const found = rows.findIndex(({ when }, i) => pass.run(`rows[${i}].when`, when, item) === true);
  const row = rows[found]?.row;
  const place = (name: 'device' | 'zone' | 'severity' | 'message'): string | null => pass.text(`places.${name}`, places[name], item);
  return {
    row: found < 0 ? null : found, title: row?.title ?? '', type: row?.type ?? null, effect: row?.effect ?? 'raise', isUnverified: row?.isUnverified ?? false,
    device: place('device'), zone: place('zone'), severity: place('severity'), message: place('message'),
  };
}

/** CEL's optional values hold one or none. */
const unwrapped = (value: unknown): unknown => (value instanceof Optional ? value.orValue(null) : value);

/** A value as one line for people; null for nothing, undefined for what is no text. */
function textOf(value: unknown): string | null | undefined {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'boolean') return undefined;
  const text = String(value).replace(/[\p{Cc}\p{Cs}]+/gu, ' ').trim().slice(0, LIMITS.result);
  return text === '' ? null : text;
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:?\d{2})$/;
const MILLISECONDS_FROM = 100_000_000_000;
const LAST = 253_402_300_799_999;

/** Milliseconds of a time with an offset, or of a number of seconds or milliseconds since 1970, also as digits; else null. */
function momentOf(value: unknown): number | null {
  const text = typeof value === 'string' ? value.trim() : null;
  const number = typeof value === 'bigint' || typeof value === 'number' ? Number(value) : text !== null && /^\d{9,16}(?:\.\d{1,9})?$/.test(text) ? Number(text) : null;
  const ms = number !== null ? Math.floor(number < MILLISECONDS_FROM ? number * 1000 : number) : text !== null && RFC3339.test(text) ? Date.parse(text.replace(' ', 'T')) : Number.NaN;
  return ms > 0 && ms <= LAST ? ms : null;
}
