import { CompiledQuery, type DatabaseConnection, type Driver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, type QueryResult } from 'kysely';
import type { Answer, Statement } from './flush.ts';

const snakeOf = new Map<string, string>();

/** `receivedAt` as `received_at`. */
const snake = (name: string): string => {
  const known = snakeOf.get(name);
  if (known !== undefined) return known;
  const made = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  snakeOf.set(name, made);
  return made;
};

class SnakeCompiler extends PostgresQueryCompiler {
  protected override sanitizeIdentifier(identifier: string): string {
    return super.sanitizeIdentifier(snake(identifier));
  }
}

/** Sends one compiled statement and answers it. */
export type Send = (statement: Statement) => Promise<Answer>;

class SendDriver implements Driver, DatabaseConnection {
  readonly #send: Send;
  constructor(send: Send) {
    this.#send = send;
  }
  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    return this;
  }
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, count } = await this.#send({ text: query.sql, values: query.parameters });
    return { rows: rows as R[], numAffectedRows: BigInt(count) };
  }
  // eslint-disable-next-line require-yield
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Read in keyset pages instead of a stream.');
  }
  async beginTransaction(): Promise<void> {
    throw new Error('Only store.write opens a transaction.');
  }
  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
}

const adapter = new PostgresAdapter();

/** Kysely compiles, `send` sends: the handle that a module's store gives out. */
export const kyselyOver = <Tables>(send: Send): Kysely<Tables> =>
  new Kysely<Tables>({
    dialect: {
      createAdapter: () => adapter,
      createDriver: () => new SendDriver(send),
      createQueryCompiler: () => new SnakeCompiler(),
      createIntrospector: (db) => new PostgresIntrospector(db),
    },
  });

/** A builder that can only compile, for statements that are sent together. */
export const compileOnly = <Tables>(): Kysely<Tables> =>
  kyselyOver<Tables>(() => Promise.reject(new Error('This builder only compiles.')));
