import pg from 'pg';
import { Doorbell } from '../doorbell.ts';
import { Problem } from '../problem.ts';
import { type Answer, flush, FlushTimeout, type Statement } from './flush.ts';

/** How long a statement may take before its connection is given up: a half-open database is told within 10 s. */
const ANSWER_WITHIN_MS = 8000;

export type DatabaseOptions = { url: string; max?: number; role?: 'parapet_intake' | 'parapet_worker'; name?: string; onLost?: (error: Error) => void };

/** One process' pool of connections to PostgreSQL. */
export type Database = {
  readonly pool: pg.Pool;
  /** Sends the statements in one round trip, as one implicit transaction unless they say BEGIN. */
  send(statements: readonly Statement[], role?: string): Promise<Answer[]>;
  /** Runs `work` with one connection that nobody else uses meanwhile. */
  hold<T>(work: (client: HeldClient) => Promise<T>): Promise<T>;
  /** Tells all nodes that something was committed, at most every 20 ms and outside the writing transaction. */
  committed(): void;
  close(): Promise<void>;
};

export type HeldClient = { send(statements: readonly Statement[], role?: string): Promise<Answer[]> };

/** Opens the pool; nothing connects before the first statement. */
export function openDatabase({ url, max = 10, role, name = 'parapet', onLost }: DatabaseOptions): Database {
  const settings = ['-c TimeZone=UTC', '-c plan_cache_mode=force_generic_plan', '-c jit=off', `-c statement_timeout=${ANSWER_WITHIN_MS}`, '-c idle_in_transaction_session_timeout=15000', '-c transaction_timeout=30000'];
  if (role) settings.push(`-c role=${role}`);
  const pool = new pg.Pool({ connectionString: url, max, application_name: name, connectionTimeoutMillis: ANSWER_WITHIN_MS, idleTimeoutMillis: 60_000, keepAlive: true, options: settings.join(' ') });
  pool.on('error', (error) => onLost?.(error));

  async function hold<T>(work: (client: HeldClient) => Promise<T>): Promise<T> {
    const client = await pool.connect().catch((error: unknown) => {
      throw toProblem(error);
    });
    let broken: Error | undefined;
    try {
      return await work({
        send: async (statements, role) => {
          // A connection that was given up takes no rollback: it would wait as long again.
          if (broken) throw broken;
          try {
            return await flush(client, statements, ANSWER_WITHIN_MS + 500, role);
          } catch (error) {
            if (isConnectionLost(error)) broken = error as Error;
            throw error;
          }
        },
      });
    } finally {
      client.release(broken);
    }
  }
  const doorbell = new Doorbell((channel) => hold((client) => client.send([{ text: 'select pg_notify($1::text, $2::text)', values: [channel, ''] }])), 'outbox');
  return { pool, hold, committed: () => doorbell.ring(), send: (statements, role) => hold((client) => client.send(statements, role)), close: () => (doorbell.stop(), pool.end()) };
}

const isConnectionLost = (error: unknown): boolean =>
  error instanceof FlushTimeout || !('severity' in (error as object)) || ['57P01', '57P02', '57P03', '08006', '08003'].includes((error as { code?: string }).code ?? '');

const REFERENCE = 'Something that this names is not there, or is not for you to use here.';

/** PostgreSQL's refusals in the product's words; what is internal goes along as the cause, for the log only. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const code = (error as { code?: string }).code ?? '';
  if (code === '42501') return new Problem('forbidden', 'platform.forbidden', REFERENCE, {}, error);
  if (code === '23503') return new Problem('forbidden', 'platform.forbidden', REFERENCE, {}, error);
  if (code === '23505') return new Problem('conflict', 'platform.taken', 'This exists already. Look it up instead of making it again.', {}, error);
  if (code === '23514' || code === '23502') return new Problem('refused', 'platform.refused', 'A rule of this record refuses these values together.', {}, error);
  if (code.startsWith('22')) return new Problem('invalid', 'platform.invalid_value', 'A value is out of its range or malformed.', {}, error);
  if (code === '40001' || code === '40P01' || code === '55P03') return new Problem('unavailable', 'platform.busy', 'Somebody else changed the same thing at this moment. Try again.', { retryAfterS: 1 }, error);
  if (error instanceof FlushTimeout || code.startsWith('57') || code.startsWith('08') || code.startsWith('53') || /ECONN|EPIPE|ENOENT|terminated|timeout/i.test(String((error as Error).message))) {
    return new Problem('unavailable', 'platform.database_unavailable', 'The database does not answer. What you sent was not kept; try again in a moment.', { retryAfterS: 2 }, error);
  }
  return new Problem('internal', 'platform.internal', 'Something broke on our side. It is in the log under the request number.', {}, error);
}
