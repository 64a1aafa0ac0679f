import type { Database } from '#platform/kernel/db/pool.ts';
import type { HealthState } from './rules.ts';

/** How something of a service is: a key (`backup`), a state, words for who keeps the system. */
export type Noted = { key: string; state: HealthState; words: string; /** What is not said again within so many seconds counts as bad. */ againWithinS?: number };

/** Says how something is, for the page Health. Its title is the message `health.check.<key>`, else the key. */
export async function noteCheck(db: Database, { key, state, words, againWithinS }: Noted): Promise<void> {
  await db.send([{ text: `select health.note_check($1::text, $2::text, $3::text, now() + make_interval(secs => $4::float8))`, values: [key, state, words.slice(0, 500), againWithinS ?? null] }]);
}
