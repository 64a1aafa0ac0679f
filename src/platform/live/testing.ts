import type { FastifyInstance } from 'fastify';
import type { FreshDatabase } from '#platform/testing/database.ts';
import { Pump } from './pump.ts';
import { usePump } from './stream.ts';

/** Has a server listen on 127.0.0.1, its streams told of what is committed. `stop` closes it with every line that is open. */
export async function listening(app: FastifyInstance, fresh: FreshDatabase): Promise<{ url: string; stop(): Promise<void> }> {
  const pump = new Pump(fresh.db);
  await pump.start(fresh.url, () => undefined);
  usePump(pump);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    stop: async () => {
      app.server.closeAllConnections();
      await app.close();
      usePump(null);
      await pump.stop();
    },
  };
}
