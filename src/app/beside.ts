import { parseArgs } from 'node:util';
import { SERVICE } from '#platform/kernel/access.ts';
import type { Config } from '#platform/kernel/config.ts';
import { actAs } from '#platform/kernel/context.ts';
import { openDatabase as openPool } from '#platform/kernel/db/pool.ts';
import { Fault } from '#platform/kernel/fault.ts';
import { isMigrated } from '#platform/kernel/migrate.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { setupState } from '#modules/identity/accounts.service.ts';
import { siteByCode } from '#modules/sites/public.ts';
import { openDatabase } from './database.ts';

/** A verb's options by name; those in `required` must be given. Throws the usage where they are not as they must be. */
export function optionsOf<const N extends string, const R extends N>(args: string[], names: readonly N[], required: readonly R[], usage: string): Record<R, string> & Partial<Record<N, string>> {
  try {
    const { values } = parseArgs({ args, options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])), strict: true, allowPositionals: false });
    const missing = required.find((name) => !values[name]?.trim());
    if (missing === undefined) return values as Record<R, string> & Partial<Record<N, string>>;
    throw new Fault(`--${missing} is missing.\n${usage}`);
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(`${(error as Error).message}\n${usage}`);
  }
}

/** What a verb beside a server works with: the front door, which acts for whoever owns the machine, and a reader of sites. */
export type Beside = { door: Ctx; actor(service: string): Promise<Ctx>; siteIdOf(code: string | undefined): Promise<string | null> };

/** Does the work on the database of a running server, else of one that is started for as long as it takes. What the product refuses is told in its words. */
export async function beside(config: Config, work: (given: Beside) => Promise<void>): Promise<void> {
  const database = await openDatabase(config);
  const db = openPool({ url: database.urls.web, max: 2, name: 'parapet verb' });
  try {
    const isReady = await isMigrated({ query: async (text) => ({ rows: ((await db.send([{ text, values: [] }]))[0]?.rows ?? []) as { name: string }[] }) }).catch(() => false);
    if (!isReady) throw new Fault('The database is empty or of another version. Start Parapet once ("npm start"), then try again.');
    const door = await actAs(db, SERVICE.frontDoor, undefined, `verb-${process.pid}`);
    if ((await setupState(door)).needed) throw new Fault('There is no organisation yet. Open Parapet in a browser and make the first administrator, or set PARAPET_ADMIN_EMAIL and PARAPET_ADMIN_PASSWORD and start it.');
    const reader = await actAs(db, SERVICE.importer);
    await work({ door, actor: (service) => actAs(db, service, undefined, `verb-${process.pid}`), siteIdOf: async (code) => (code === undefined ? null : ((await siteByCode(reader, code)) ?? noSite(code)).id) });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new Fault([error.message, ...(error.extra.errors ?? []).map(({ detail }) => detail).filter((detail) => detail !== error.message)].join('\n'), error);
  } finally {
    await db.close();
    await database.close();
  }
}

function noSite(code: string): never {
  throw new Fault(`There is no site with the code ${code}.`);
}
