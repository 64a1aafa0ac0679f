import pg from 'pg';
import { type Answer, flush, type Statement } from './flush.ts';

/** One connection of its own, for work whose order or locks belong to the connection. */
export type Connection = {
  send(statements: readonly Statement[]): Promise<Answer[]>;
  /** Calls `heard` at each notification on the channel. */
  listen(channel: string, heard: () => void): Promise<void>;
  end(): Promise<void>;
};

export type ConnectionOptions = { url: string; role?: 'parapet_intake' | 'parapet_worker'; name: string; answerWithinMs?: number; onLost: (error: Error) => void };

/** Connects; `onLost` is called once when the connection ends without `end`. */
export async function connectAlone({ url, role, name, answerWithinMs = 8000, onLost }: ConnectionOptions): Promise<Connection> {
  const settings = ['-c TimeZone=UTC', '-c jit=off', '-c plan_cache_mode=force_generic_plan', `-c statement_timeout=${answerWithinMs}`, ...(role ? [`-c role=${role}`] : [])];
  const client = new pg.Client({ connectionString: url, application_name: name, connectionTimeoutMillis: 8000, keepAlive: true, options: settings.join(' ') });
  let isEnding = false;
  const lost = (error: Error) => {
    if (isEnding) return;
    isEnding = true;
    onLost(error);
  };
  client.on('error', lost);
  client.on('end', () => lost(new Error('The connection to the database ended.')));
  await client.connect();
  let tail: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = tail.then(work, work);
    tail = mine.catch(() => undefined);
    return mine;
  };
  const listeners = new Map<string, () => void>();
  client.on('notification', ({ channel }) => listeners.get(channel)?.());
  return {
    send: (statements) => inTurn(() => flush(client, statements, answerWithinMs + 500, role ?? '')),
    listen: async (channel, heard) => {
      listeners.set(channel, heard);
      await inTurn(() => client.query(`listen ${pg.escapeIdentifier(channel)}`));
    },
    end: async () => {
      isEnding = true;
      await client.end();
    },
  };
}
