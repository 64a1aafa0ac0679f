import { join } from 'node:path';
import pg from 'pg';
import { readConfig } from '#platform/kernel/config.ts';
import { supervise } from '../supervise.ts';
import { portsOf } from '../verbs/serve.ts';

const config = readConfig();
const processes = (['intake', 'web', 'worker'] as const).map((name) => ({ name, file: join(import.meta.dirname, `plain-${name}.ts`) }));

/** Stands in for the product's migrations: the two roles that the connections take on. */
const migrateWith = async ({ ownerUrl, login }: { ownerUrl: string; login: string }): Promise<string[]> => {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  for (const role of ['parapet_intake', 'parapet_worker']) {
    await client.query(`do $$ begin create role ${role}; exception when duplicate_object then null; end $$`);
    await client.query(`grant ${role} to ${pg.escapeIdentifier(login)} with inherit false, set true`);
  }
  await client.end();
  return [];
};

const supervisor = supervise({ config, processes, ports: portsOf(config), migrateWith, say: (line) => console.log(line) });
process.once('SIGTERM', () => void supervisor.stop().then(() => process.exit(0)));
try {
  await supervisor.ready;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
