import type { Database } from '#platform/kernel/db/pool.ts';
import type { Noted } from './outgoing.ts';

type Line = Noted & { answered: number; failed: number };

const NOTE = 'select net.note_target($1::text, $2::text, $3::text, $4::int, $5::int, $6::int, $7::int, $8::int, $9::text, $10::timestamptz)';
const valuesOf = ({ origin, purpose, result, status, tookMs, answered, failed, inRow, breaker, openUntil }: Line): unknown[] => [origin, purpose, result, status, Math.round(tookMs), answered, failed, inRow, breaker, openUntil];

/** Writes what became of requests, in their order and beside them: no request waits for it, and a line that cannot be written is lost. */
export class Notebook {
  readonly #db: Database;
  #lines = new Map<string, Line>();
  #isWriting = false;

  constructor(db: Database) {
    this.#db = db;
  }

  note(noted: Noted): void {
    const key = `${noted.origin} ${noted.purpose}`;
    const before = this.#lines.get(key) ?? { answered: 0, failed: 0 };
    const isAnswered = noted.result === 'answered';
    this.#lines.set(key, { ...noted, answered: before.answered + (isAnswered ? 1 : 0), failed: before.failed + (isAnswered ? 0 : 1) });
    if (!this.#isWriting) void this.#write();
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    while (this.#lines.size > 0) {
      const lines = [...this.#lines.values()];
      this.#lines = new Map();
      await this.#db.send(lines.map((line) => ({ text: NOTE, values: valuesOf(line) }))).catch(() => undefined);
    }
    this.#isWriting = false;
  }
}
