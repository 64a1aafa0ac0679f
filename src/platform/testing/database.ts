import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { actAs, type Ctx } from '../kernel/context.ts';
import { type Database, openDatabase } from '../kernel/db/pool.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: { ownerUrl: string; appUrl: string; template: string };
  }
}

/** A database of its own for one test file, cloned from the migrated template. */
export type FreshDatabase = {
  name: string;
  /** The plain login that the processes use. */
  url: string;
  ownerUrl: string;
  db: Database;
  owner: pg.Pool;
  /** A context for a person or service. */
  as(personId: string, now?: () => Date): Promise<Ctx>;
  drop(): Promise<void>;
};

const withDatabase = (url: string, name: string): string => {
  const parsed = new URL(url);
  parsed.pathname = `/${name}`;
  return parsed.href;
};

/** Clones the template; `drop` closes its pools and removes it. */
export async function freshDatabase(options: { max?: number } = {}): Promise<FreshDatabase> {
  const { ownerUrl, appUrl, template } = inject('postgres');
  const name = `t_${randomBytes(8).toString('hex')}`;
  await administer(ownerUrl, `create database ${name} template ${template}`);
  const db = openDatabase({ url: withDatabase(appUrl, name), max: options.max ?? 6 });
  const owner = new pg.Pool({ connectionString: withDatabase(ownerUrl, name), max: 3, options: '-c TimeZone=UTC' });
  owner.on('error', () => undefined);
  return {
    name,
    url: withDatabase(appUrl, name),
    ownerUrl: withDatabase(ownerUrl, name),
    db,
    owner,
    as: (personId, now) => actAs(db, personId, now, 'test'),
    drop: async () => {
      await db.close();
      await owner.end();
      await administer(ownerUrl, `drop database if exists ${name} with (force)`);
    },
  };
}

/** Runs one statement on the server's own database; cloning waits until nobody else uses the template. */
export async function administer(ownerUrl: string, sql: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: ownerUrl });
    await client.connect();
    try {
      await client.query(sql);
      return;
    } catch (error) {
      if (attempt >= 20 || !['55006', '57014'].includes((error as { code?: string }).code ?? '')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100 + 50 * attempt));
    } finally {
      await client.end();
    }
  }
}
