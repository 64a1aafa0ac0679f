import type pg from 'pg';
import { readerOf } from './types.ts';

/** One SQL statement with its values, as Kysely compiles it. */
export type Statement = { text: string; values: readonly unknown[] };

/** What one statement answered: rows in camelCase and the number of rows it touched. */
export type Answer = { rows: Record<string, unknown>[]; count: number };

type Field = { name: string; dataTypeID: number };
type Wire = {
  stream: { cork(): void; uncork(): void };
  parse(message: { name: string; text: string; types: readonly number[] }): void;
  bind(message: { portal: string; statement: string; values: unknown[]; binary: boolean; valueMapper: (value: unknown) => unknown }): void;
  describe(message: { type: 'P'; name: string }): void;
  execute(message: { portal: string; rows: number }): void;
  sync(): void;
  on(event: 'parseComplete', listener: () => void): void;
};
type Prepared = { known: Set<string>; underWay: string[] };

const NAMED_STATEMENTS_A_CONNECTION = 600;
const preparedOf = new WeakMap<Wire, Prepared>();
const nameOf = new Map<string, string>();
const camelOf = new Map<string, string>();

let lastName = 0;

/** One name a text and database role: under alternating roles the same name would be planned anew each time. */
const statementName = (text: string, role: string): string => {
  const key = role + text;
  const known = nameOf.get(key);
  if (known) return known;
  if (nameOf.size > 5000) nameOf.clear();
  const name = `p${++lastName}`;
  nameOf.set(key, name);
  return name;
};

/** `received_at` as `receivedAt`. */
export const camel = (name: string): string => {
  const known = camelOf.get(name);
  if (known !== undefined) return known;
  const made = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  camelOf.set(name, made);
  return made;
};

const preparedFor = (wire: Wire): Prepared => {
  const existing = preparedOf.get(wire);
  if (existing) return existing;
  const prepared: Prepared = { known: new Set(), underWay: [] };
  wire.on('parseComplete', () => {
    const name = prepared.underWay.shift();
    if (name) prepared.known.add(name);
  });
  preparedOf.set(wire, prepared);
  return prepared;
};

const toWire = (value: unknown): unknown => {
  if (value === null || value === undefined) return null;
  if (Buffer.isBuffer(value) || typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return arrayLiteral(value);
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
};

const arrayLiteral = (items: readonly unknown[]): string => {
  const parts = items.map((item) => {
    if (item === null || item === undefined) return 'NULL';
    if (Array.isArray(item)) return arrayLiteral(item);
    const text = Buffer.isBuffer(item) ? `\\x${item.toString('hex')}` : String(toWire(item));
    return /^[A-Za-z0-9_.:+-]+$/.test(text) && text.toUpperCase() !== 'NULL' ? text : `"${text.replace(/[\\"]/g, '\\$&')}"`;
  });
  return `{${parts.join(',')}}`;
};

/**
 * Sends several statements in one flush with one Sync: without an explicit BEGIN they are one implicit transaction,
 * so that a transaction-local setting made by the first holds for exactly those that follow.
 */
class Flush {
  readonly callback = undefined;
  readonly #statements: readonly Statement[];
  readonly #role: string;
  readonly #settle: (error: unknown, answers: Answer[]) => void;
  readonly #answers: Answer[] = [];
  #names: string[] = [];
  #readers: ((text: string) => unknown)[] = [];
  #rows: Record<string, unknown>[] = [];
  #failed = false;

  constructor(statements: readonly Statement[], role: string, settle: (error: unknown, answers: Answer[]) => void) {
    this.#statements = statements;
    this.#role = role;
    this.#settle = settle;
  }

  submit(wire: Wire): Error | null {
    const prepared = preparedFor(wire);
    prepared.underWay = [];
    wire.stream.cork();
    try {
      for (const statement of this.#statements) this.#send(wire, prepared, statement);
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
    return null;
  }

  #send(wire: Wire, prepared: Prepared, { text, values }: Statement): void {
    const wanted = statementName(text, this.#role);
    const name = prepared.known.size < NAMED_STATEMENTS_A_CONNECTION || prepared.known.has(wanted) ? wanted : '';
    if (!prepared.known.has(name) && !(name !== '' && prepared.underWay.includes(name))) {
      wire.parse({ name, text, types: [] });
      prepared.underWay.push(name);
    }
    wire.bind({ portal: '', statement: name, values: values as unknown[], binary: false, valueMapper: toWire });
    wire.describe({ type: 'P', name: '' });
    wire.execute({ portal: '', rows: 0 });
  }

  handleRowDescription({ fields }: { fields: Field[] }): void {
    this.#names = fields.map((field) => camel(field.name));
    this.#readers = fields.map((field) => readerOf(field.dataTypeID));
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    const row: Record<string, unknown> = {};
    for (let i = 0; i < fields.length; i++) {
      const text = fields[i];
      row[this.#names[i] as string] = text === null || text === undefined ? null : (this.#readers[i] as (text: string) => unknown)(text);
    }
    this.#rows.push(row);
  }

  handleCommandComplete({ text }: { text: string }): void {
    const count = /(\d+)$/.exec(text);
    this.#answers.push({ rows: this.#rows, count: count ? Number(count[1]) : 0 });
    this.#rows = [];
    this.#names = [];
  }

  handleEmptyQuery(): void {
    this.#answers.push({ rows: [], count: 0 });
  }

  handleError(error: unknown): void {
    this.#failed = true;
    this.#settle(error, []);
  }

  handleReadyForQuery(): void {
    if (!this.#failed) this.#settle(null, this.#answers);
  }

  handlePortalSuspended(): void {}
  handleCopyInResponse(): void {}
  handleCopyData(): void {}
}

/**
 * Runs the statements on one connection in one round trip and answers in their order.
 * Rejects with PostgreSQL's error; after `timeoutMs` without an answer (a half-open connection) with `FlushTimeout`.
 */
export function flush(client: pg.ClientBase, statements: readonly Statement[], timeoutMs: number, role = ''): Promise<Answer[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new FlushTimeout()), timeoutMs);
    const submittable = new Flush(statements, role, (error, answers) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve(answers);
    });
    client.query(submittable as unknown as pg.Submittable);
  });
}

/** The database did not answer in time; the connection must be thrown away. */
export class FlushTimeout extends Error {
  constructor() {
    super('The database did not answer in time.');
    this.name = 'FlushTimeout';
  }
}
