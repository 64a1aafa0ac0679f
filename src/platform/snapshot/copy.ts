import type { Socket } from 'node:net';
import type pg from 'pg';

type Wire = { stream: Socket; query(text: string): void; sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void; sendCopyFail(reason: string): void };

const BLOCK_BYTES = 4 * 2 ** 20;
const MOST_WAITING = 2;

/** What a copy has in common: it runs one statement, and settles when the server is ready again. */
abstract class Copy implements pg.Submittable {
  readonly #sql: string;
  protected wire: Wire | undefined;
  protected failed: Error | undefined;
  rows = 0;

  constructor(sql: string) {
    this.#sql = sql;
  }

  protected abstract settle(): void;

  submit(connection: pg.Connection): void {
    this.wire = connection as unknown as Wire;
    this.wire.query(this.#sql);
  }
  handleCommandComplete({ text }: { text: string }): void {
    this.rows = Number(/^COPY (\d+)$/.exec(text)?.[1] ?? 0);
  }
  handleError(error: Error): void {
    this.failed ??= error;
    // A connection that broke is never ready again.
    if (!('severity' in error)) this.settle();
  }
  handleReadyForQuery(): void {
    this.settle();
  }
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
}

class CopyOut extends Copy {
  readonly #waiting: Buffer[] = [];
  #block = Buffer.allocUnsafe(BLOCK_BYTES);
  #used = 0;
  #isOver = false;
  #wake: () => void = () => undefined;

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    if (this.#used + chunk.length > this.#block.length) this.#flush();
    if (chunk.length > this.#block.length) return this.#push(Buffer.from(chunk));
    this.#used += chunk.copy(this.#block, this.#used);
  }

  #flush(): void {
    if (this.#used === 0) return;
    this.#push(this.#block.subarray(0, this.#used));
    this.#block = Buffer.allocUnsafe(BLOCK_BYTES);
    this.#used = 0;
  }

  #push(block: Buffer): void {
    this.#waiting.push(block);
    if (this.#waiting.length >= MOST_WAITING) this.wire?.stream.pause();
    this.#wake();
  }

  protected settle(): void {
    this.#isOver = true;
    this.#flush();
    this.#wake();
  }

  async *blocks(): AsyncGenerator<Buffer, void> {
    for (;;) {
      const block = this.#waiting.shift();
      if (block) yield block;
      else if (this.#isOver) break;
      else {
        this.wire?.stream.resume();
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    }
    if (this.failed) throw this.failed;
  }
}

class CopyIn extends Copy {
  readonly #blocks: AsyncIterable<Buffer>;
  readonly #done: (error: Error | undefined, rows: number) => void;

  constructor(sql: string, blocks: AsyncIterable<Buffer>, done: (error: Error | undefined, rows: number) => void) {
    super(sql);
    this.#blocks = blocks;
    this.#done = done;
  }

  handleCopyInResponse(): void {
    const wire = this.wire as Wire;
    this.#send(wire).catch((error: unknown) => {
      this.failed ??= error as Error;
      wire.sendCopyFail('stopped');
    });
  }

  async #send(wire: Wire): Promise<void> {
    for await (const block of this.#blocks) {
      if (this.failed) return;
      wire.sendCopyFromChunk(block);
      if (wire.stream.writableNeedDrain) await drained(wire.stream);
    }
    if (!this.failed) wire.endCopyFrom();
  }

  protected settle(): void {
    this.#done(this.failed, this.rows);
  }
}

const drained = (stream: Socket): Promise<void> =>
  new Promise((resolve) => {
    const go = (): void => {
      stream.off('drain', go).off('close', go);
      resolve();
    };
    stream.on('drain', go).on('close', go);
  });

/**
 * What `copy … to stdout` sends, in blocks of about 4 MB that end anywhere, read no faster than they are taken; `rows` is
 * known when all were. Where the taker stops early, the connection is of no more use.
 */
export function copyOut(client: pg.ClientBase, sql: string): { blocks: AsyncGenerator<Buffer, void>; rows(): number } {
  const copy = new CopyOut(sql);
  client.query(copy);
  return { blocks: copy.blocks(), rows: () => copy.rows };
}

/** Sends the blocks to `copy … from stdin`, no faster than the server takes them; answers the number of rows. */
export const copyIn = (client: pg.ClientBase, sql: string, blocks: AsyncIterable<Buffer>): Promise<number> =>
  new Promise((resolve, reject) => {
    client.query(new CopyIn(sql, blocks, (error, rows) => (error ? reject(error) : resolve(rows))));
  });
