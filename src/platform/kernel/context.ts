import type { Actor, Reader } from './access.ts';
import { Readers } from './access.ts';
import { timeNow } from './clock.ts';
import type { Database } from './db/pool.ts';
import type { Language } from './language.ts';

/** What one request or job carries into its verbs. */
export type Ctx = {
  readonly db: Database;
  readonly actor: Actor;
  readonly personId: string;
  readonly reader: Reader;
  readonly requestId: string;
  readonly now: () => Date;
  /** The sender's idempotency key with the hash of what was asked, where there is one. */
  readonly command?: { key: string; request: string };
  /** The version that the sender read (`If-Match`). */
  readonly ifMatch?: number;
  readonly remote?: string;
  readonly agent?: string;
  /** What the server's words are said in; English where it is not said. */
  readonly language?: Language;
};

const readersOf = new WeakMap<Database, Readers>();

/** The hints of one process about who its tokens belong to. */
export function readersFor(db: Database): Readers {
  const existing = readersOf.get(db);
  if (existing) return existing;
  const made = new Readers(db);
  readersOf.set(db, made);
  return made;
}

/** Opens a context for a person or service whom the process acts as (jobs, correlator, import). */
export async function actAs(db: Database, personId: string, now: () => Date = timeNow, requestId = `job-${process.pid}`): Promise<Ctx> {
  const actor: Actor = { kind: 'person', personId };
  const reader = await readersFor(db).resolve(actor);
  return { db, actor, personId, reader, requestId, now };
}
