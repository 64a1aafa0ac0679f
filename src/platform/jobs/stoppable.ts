import type { Database, HeldClient } from '#platform/kernel/db/pool.ts';

/** A job was stopped, or its worker ends. */
export class JobStopped extends Error {
  constructor() {
    super('The job was stopped.');
    this.name = 'JobStopped';
  }
}

/**
 * The same database, which refuses every statement once the signal is given: what a job would still do has no effect.
 * `isQuiet` resolves when no statement is under way any more; the pool gives each 8.5 s at most.
 */
export function stoppable(db: Database, signal: AbortSignal): { db: Database; isQuiet(): Promise<void> } {
  const underWay = new Set<Promise<unknown>>();
  const tracked = <T>(work: () => Promise<T>): Promise<T> => {
    if (signal.aborted) throw new JobStopped();
    const answer = work();
    underWay.add(answer);
    void answer.catch(() => undefined).finally(() => underWay.delete(answer));
    return answer;
  };
  const heldBy = (client: HeldClient): HeldClient => ({
    // An open transaction is still taken back.
    send: async (statements, role) => (statements[0]?.text === 'rollback' ? client.send(statements, role) : tracked(() => client.send(statements, role))),
  });
  const own: Database = {
    pool: db.pool,
    hold: async (work) => {
      if (signal.aborted) throw new JobStopped();
      return db.hold((client) => work(heldBy(client)));
    },
    send: async (statements, role) => tracked(() => db.send(statements, role)),
    committed: () => db.committed(),
    close: async () => undefined,
  };
  return { db: own, isQuiet: async () => { while (underWay.size > 0) await Promise.allSettled(underWay); } };
}
