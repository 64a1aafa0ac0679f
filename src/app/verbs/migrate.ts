import { migrateDatabase, openDatabase } from '../database.ts';
import { verbConfig } from '../verb-config.ts';

/** What the verb does, for the list of verbs. */
export const summary = 'bring the database schema up to date (serve does it by itself)';

/** `parapet migrate`: prints each migration that was applied now. */
export const run = async (args: string[]): Promise<number> => {
  const { config } = verbConfig(args);
  const database = await openDatabase(config);
  try {
    const applied = await migrateDatabase(database);
    console.log(applied.length === 0 ? 'The schema is up to date.' : applied.map((name) => `applied ${name}`).join('\n'));
    return 0;
  } finally {
    await database.close();
  }
};
