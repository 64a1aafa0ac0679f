import type pg from 'pg';

const HEADER_BYTES = 15;
const FIELDS_BYTES = 2;

type Wire = { query(text: string): void };

/**
 * Receives the rows of `copy (…) to stdout (format binary)` as PostgreSQL sends them, without making objects of them:
 * `onRow` gets each row's fields as views on the network buffer (null where NULL), valid only during the call.
 */
class CopyOut implements pg.Submittable {
  readonly #sql: string;
  readonly #onRow: (fields: (Buffer | null)[]) => void;
  readonly #settle: (error: Error | null) => void;
  #isFirst = true;
  #failed: Error | null = null;

  constructor(sql: string, onRow: (fields: (Buffer | null)[]) => void, settle: (error: Error | null) => void) {
    this.#sql = sql;
    this.#onRow = onRow;
    this.#settle = settle;
  }

  submit(connection: pg.Connection): void {
    (connection as unknown as Wire).query(`copy (${this.#sql}) to stdout (format binary)`);
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    if (this.#failed) return;
    let at = 0;
    if (this.#isFirst) {
      this.#isFirst = false;
      at = HEADER_BYTES + 4 + chunk.readInt32BE(HEADER_BYTES);
      if (at >= chunk.length) return;
    }
    const count = chunk.readInt16BE(at);
    if (count < 0) return;
    at += FIELDS_BYTES;
    const fields: (Buffer | null)[] = [];
    for (let i = 0; i < count; i++) {
      const length = chunk.readInt32BE(at);
      at += 4;
      fields.push(length < 0 ? null : chunk.subarray(at, at + length));
      if (length > 0) at += length;
    }
    try {
      this.#onRow(fields);
    } catch (error) {
      this.#failed = error as Error;
    }
  }

  handleError(error: Error): void {
    this.#failed = error;
    this.#settle(error);
  }

  handleReadyForQuery(): void {
    this.#settle(this.#failed);
  }

  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
}

/** Streams the rows of a query without parameters to `onRow`; resolves when all were given. */
export const copyOut = (client: pg.ClientBase, sql: string, onRow: (fields: (Buffer | null)[]) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    client.query(new CopyOut(sql, onRow, (error) => (error ? reject(error) : resolve())));
  });

/** A bigint of PostgreSQL's binary form as a number (safe integers only). */
export const readBigint = (bytes: Buffer): number => bytes.readInt32BE(0) * 2 ** 32 + bytes.readUInt32BE(4);
