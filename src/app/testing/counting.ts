import type { Database, HeldClient } from '#platform/kernel/db/pool.ts';

/** The same database, and what was sent to it: one line a round trip, of its statements. */
export function counting(db: Database): { db: Database; trips: string[] } {
  const trips: string[] = [];
  const counted = (client: HeldClient): HeldClient => ({
    send: (statements, role) => {
      trips.push(statements.map(({ text }) => text).join('; '));
      return client.send(statements, role);
    },
  });
  return { trips, db: { pool: db.pool, hold: (work) => db.hold((client) => work(counted(client))), send: (statements, role) => counted(db).send(statements, role), committed: () => db.committed(), close: () => db.close() } };
}
