import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { Fault } from '#platform/kernel/fault.ts';
import { runChild, type Role } from '../child.ts';

const role = (process.argv[1] ?? '').replace(/^.*plain-(\w+)\.ts$/, '$1') as Role;

/** The smallest process that keeps the contract: holds a connection by its role's rights, and a port if it is web. */
await runChild(role, async ({ config, urls, log }) => {
  if (existsSync(join(config.dataRoot, `fail-${role}`))) throw new Fault(`${role} was told to fail`);
  const client = new pg.Client({ connectionString: urls[role] });
  client.on('error', () => process.exit(1));
  await client.connect();
  const { rows } = await client.query<{ me: string }>('select current_user::text as me');
  const server = createServer().listen(role === 'web' ? config.port : 0, config.host);
  log.info({ me: rows[0]?.me, owner: process.env['PARAPET_MIGRATE_URL'] ?? null }, 'serving');
  const stop = async (): Promise<void> => {
    writeFileSync(join(config.dataRoot, `stopped-${role}`), String(Date.now()));
    if (role !== 'intake') await new Promise((resolve) => setTimeout(resolve, 150));
    server.close();
    await client.end();
  };
  return { stop, ...(role === 'web' ? { address: `http://${config.host}:${config.port}` } : {}) };
});
