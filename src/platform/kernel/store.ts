import { AsyncLocalStorage } from 'node:async_hooks';
import { type Compilable, type Kysely, sql } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { checkEntered, continueAs, enter, enterToRead, notAllowed, onlyLooking } from './access.ts';
import { type Ctx, readersFor } from './context.ts';
import type { Answer, Statement } from './db/flush.ts';
import { compileOnly, kyselyOver } from './db/kysely.ts';
import { type Database, type HeldClient, toProblem } from './db/pool.ts';
import { type Recorded, recordStatements } from './outbox.ts';
import type { Change } from './record.ts';
import type { Tables as KernelTables } from './tables.gen.ts';

export type { Ctx } from './context.ts';
export type { Change, Header } from './record.ts';

const PERMISSION_DENIED = '42501';
const READ_ONLY = '25006';

/** The person of the running statement, for queries that need it: `where owner_id = me`. */
export const me = sql<string>`access.me()`;

/** One open transaction; nested verbs of other modules join it. */
class Transaction {
  readonly db: Database;
  readonly #client: HeldClient;
  readonly #role: string;
  readonly recorded: Recorded[] = [];
  #prefix: { statement: Statement; permission: string | null; first?: boolean }[];
  #permission: string;

  constructor(ctx: Ctx, client: HeldClient, permission: string) {
    this.db = ctx.db;
    this.#client = client;
    this.#role = ctx.reader.dbRole;
    this.#permission = permission;
    this.#prefix = [
      { statement: { text: 'begin', values: [] }, permission: null },
      { statement: enter(ctx.actor, permission), permission, first: true },
    ];
  }

  get permission(): string {
    return this.#permission;
  }

  async send(statements: readonly Statement[]): Promise<Answer[]> {
    const prefix = this.#prefix;
    this.#prefix = [];
    const answers = await this.#client.send([...prefix.map(({ statement }) => statement), ...statements], this.#role);
    prefix.forEach(({ permission, first }, i) => {
      const rows = answers[i]?.rows ?? [];
      if (first) checkEntered(rows, permission ?? '');
      else if (permission !== null && !rows[0]?.['holds']) throw notAllowed(permission);
    });
    return answers.slice(prefix.length);
  }

  /** Runs a nested verb under its own permission, then goes on under the former. */
  async nested<T>(permission: string, work: () => Promise<T>): Promise<T> {
    const outer = this.#permission;
    this.#switchTo(permission);
    const result = await work();
    this.#switchTo(outer);
    return result;
  }

  #switchTo(permission: string): void {
    this.#permission = permission;
    this.#prefix.push({ statement: continueAs(permission), permission });
  }
}

const openTransaction = new AsyncLocalStorage<Transaction>();

/** Runs what the verb did in the second and last flush: headers, words, ledger, outbox, the answered command, commit. */
async function commit(ctx: Ctx, transaction: Transaction, reply: unknown): Promise<void> {
  await transaction.send([...recordStatements(ctx, transaction.recorded, reply, transaction.permission), { text: 'commit', values: [] }]);
}

async function inTransaction<T>(ctx: Ctx, permission: string, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  const joined = openTransaction.getStore();
  if (joined && joined.db === ctx.db) return joined.nested(permission, () => work(joined));
  try {
    return await ctx.db.hold(async (client) => {
      const transaction = new Transaction(ctx, client, permission);
      try {
        const result = await openTransaction.run(transaction, () => work(transaction));
        await commit(ctx, transaction, result);
        if (transaction.recorded.length > 0) ctx.db.committed();
        return result;
      } catch (error) {
        await client.send([{ text: 'rollback', values: [] }]).catch(() => undefined);
        throw error;
      }
    });
  } catch (error) {
    // Once the connection is given back: whoever held one and asked for a second would wait for the others who do the same.
    throw await explain(ctx, error);
  }
}

/** A refusal by the database is 401 where the session has ended meanwhile, one through a lens says so, else it is what it says. */
async function explain(ctx: Ctx, error: unknown): Promise<unknown> {
  const { code } = error as { code?: string };
  const readers = readersFor(ctx.db);
  if (code === READ_ONLY) {
    readers.forget(ctx.actor);
    if ((await readers.resolve(ctx.actor)).viewerId !== undefined) return onlyLooking();
  }
  if (code === PERMISSION_DENIED) {
    readers.forget(ctx.actor);
    const gone = await readers.resolve(ctx.actor).then(
      () => null,
      (reason: unknown) => reason,
    );
    if (gone) return gone;
  }
  return toProblem(error);
}

async function readTogether(ctx: Ctx, permission: string, statements: readonly Statement[]): Promise<Answer[]> {
  const joined = openTransaction.getStore();
  if (joined && joined.db === ctx.db) return joined.send(statements);
  try {
    const [entered, ...answers] = await ctx.db.send([enterToRead(ctx.actor, permission), ...statements], ctx.reader.dbRole);
    checkEntered(entered?.rows ?? [], permission);
    return answers;
  } catch (error) {
    throw await explain(ctx, error);
  }
}

type Rows<Queries extends readonly Compilable<unknown>[]> = { -readonly [K in keyof Queries]: Queries[K] extends Compilable<infer Row> ? Row[] : never };

/**
 * A module's only door to its own tables. A read cannot write (by type and by the transaction's mode); a write cannot
 * skip the permission, the transaction, the ledger or the outbox, because only this hands out a transaction.
 */
export const store = <OwnTables>(module: string) => {
  type Tables = OwnTables & KernelTables;
  const builder = compileOnly<Tables>();
  const write = async <T>(ctx: Ctx, permission: string, work: (tx: Kysely<Tables>) => Promise<{ changes: readonly Change<{ id: string }>[]; result: T }>): Promise<T> =>
    inTransaction(ctx, permission, async (transaction) => {
      const tx = kyselyOver<Tables>(async (statement) => (await transaction.send([statement]))[0] as Answer);
      const { changes, result } = await work(tx);
      transaction.recorded.push(...changes.map((change) => ({ module, permission, change })));
      return result;
    });
  return {
    /** One query, one round trip, under the reader's sight. Throws 401, 403. */
    read(ctx: Ctx, permission: string = `${module}:read`): ReadonlyKysely<Tables> {
      return kyselyOver<Tables>(async (statement) => (await readTogether(ctx, permission, [statement]))[0] as Answer) as unknown as ReadonlyKysely<Tables>;
    },

    /** Several independent queries in one round trip. */
    async readAll<const Queries extends readonly Compilable<unknown>[]>(ctx: Ctx, permission: string, queries: (db: ReadonlyKysely<Tables>) => Queries): Promise<Rows<Queries>> {
      const statements = queries(builder as unknown as ReadonlyKysely<Tables>).map((query) => {
        const compiled = query.compile();
        return { text: compiled.sql, values: compiled.parameters };
      });
      return (await readTogether(ctx, permission, statements)).map((answer) => answer.rows) as Rows<Queries>;
    },

    /** One change to one record: two round trips for a verb of one statement. Answers the row after. */
    async write<Row extends { id: string }>(ctx: Ctx, permission: string, work: (tx: Kysely<Tables>) => Promise<Change<Row>>): Promise<Row> {
      return write(ctx, permission, async (tx) => {
        const change = await work(tx);
        return { changes: [change as unknown as Change<{ id: string }>], result: change.after };
      });
    },

    /** Several changes that stand or fall together; answers what the work calls its result. */
    writeMany: write,

    /** Records that somebody looked at a walled record, then lets the answer go; where the record cannot be made, nothing is shown. */
    async recordLook(ctx: Ctx, of: { id: string; siteId: string | null; wallId: string | null; readPermission: string }): Promise<void> {
      await write(ctx, of.readPermission, async () => ({
        changes: [{ verb: 'looked', before: null, isQuiet: true, after: { id: of.id }, of: { recordId: of.id, siteId: of.siteId, wallId: of.wallId, readPermission: of.readPermission } }],
        result: null,
      }));
    },
  };
};
