import type { Database, HeldClient } from '#platform/kernel/db/pool.ts';

const CHECK = { text: 'set constraints all immediate', values: [] };
const ROLLBACK = { text: 'rollback', values: [] };

/**
 * The same database, except that every transaction is taken back at the moment of its commit, when all of it was run
 * and every deferred constraint checked: thousands of verbs can be tried on the same few records, in any order.
 */
export function rehearsing(db: Database): Database {
  const rehearse = (client: HeldClient): HeldClient => ({
    send: (statements, role) => client.send(statements.flatMap((statement) => (statement.text === 'commit' ? [CHECK, ROLLBACK] : [statement])), role),
  });
  return {
    pool: db.pool,
    hold: (work) => db.hold((client) => work(rehearse(client))),
    send: (statements, role) => db.send(statements, role),
    committed: () => undefined,
    close: () => db.close(),
  };
}
