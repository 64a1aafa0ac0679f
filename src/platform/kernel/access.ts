import { nowMs } from './clock.ts';
import type { Statement } from './db/flush.ts';
import type { Database } from './db/pool.ts';
import { Problem } from './problem.ts';

/** Who acts: a session or API key by the hash of its token, or a person that a job or service acts as. */
export type Actor = { kind: 'token'; tokenHash: Buffer } | { kind: 'person'; personId: string };

/** What is known of a reader between two questions. A hint: the database decides again in every statement. */
export type Reader = { personId: string; dbRole: 'parapet_person' | 'parapet_org'; /** Who looks, where `personId` is the lens through which they see as another. */ viewerId?: string };

/** Service actors with a fixed id: each acts with narrow rights of its own. */
export const SERVICE = {
  frontDoor: '00000000-0000-7000-8000-000000000001',
  correlator: '00000000-0000-7000-8000-000000000002',
  intake: '00000000-0000-7000-8000-000000000003',
  importer: '00000000-0000-7000-8000-000000000004',
  steward: '00000000-0000-7000-8000-000000000005',
  cameras: '00000000-0000-7000-8000-000000000006',
} as const;

/** A browser's session that made no request and held no stream for so long is left alone, and ends. */
const LEFT_AFTER = '1 hour';

const byToken = (more: string): string => `select set_config('parapet.person', coalesce(l.id, p.id)::text, true), set_config('role', coalesce(l.db_role, p.db_role), true), set_config('parapet.permission', $2::text, true),
  coalesce(l.id, p.id) as person_id, coalesce(l.db_role, p.db_role) as db_role, l.viewer_id, access.holds(coalesce(l.id, p.id), $2::text) as holds${more}
  from access.session s join access.person p on p.id = s.person_id left join access.lens l on l.session_id = s.id and l.until > now()
  where s.token_hash = $1::bytea and s.expires_at > now() and (s.kind = 'key' or s.last_seen_at > now() - interval '${LEFT_AFTER}') and p.state = 'active'`;
const byPerson = (more: string): string => `select set_config('parapet.person', p.id::text, true), set_config('role', p.db_role, true), set_config('parapet.permission', $2::text, true),
  p.id as person_id, p.db_role, access.holds(p.id, $2::text) as holds${more}
  from access.person p where p.id = $1::uuid and p.state = 'active'`;
const READ_ONLY = `, set_config('transaction_read_only', 'on', true)`;
// Through a lens nothing is written, whatever the statement: a transaction that became read-only stays so.
const BY_TOKEN = byToken(`, case when l.id is not null then set_config('transaction_read_only', 'on', true) end`);
const BY_PERSON = byPerson('');
const READ_BY_TOKEN = byToken(READ_ONLY);
const READ_BY_PERSON = byPerson(READ_ONLY);
const NESTED = `select set_config('parapet.permission', $1::text, true), access.holds(access.me(), $1::text) as holds`;

/** The statement that gives a transaction its person, role and permission; what follows in the flush runs as that person. */
export const enter = (actor: Actor, permission: string): Statement =>
  actor.kind === 'token' ? { text: BY_TOKEN, values: [actor.tokenHash, permission] } : { text: BY_PERSON, values: [actor.personId, permission] };

/** The same for a transaction that may only read. */
export const enterToRead = (actor: Actor, permission: string): Statement =>
  actor.kind === 'token' ? { text: READ_BY_TOKEN, values: [actor.tokenHash, permission] } : { text: READ_BY_PERSON, values: [actor.personId, permission] };

/** The statement with which a verb of another module continues under its own permission. */
export const continueAs = (permission: string): Statement => ({ text: NESTED, values: [permission] });

/** 401: no session, an ended one, or a person who is not active. */
export const signInFirst = (): Problem => new Problem('unauthenticated', 'platform.sign_in_first', 'Sign in, or use a valid API key. This session has ended or never was.');

/** 403: signed in, and may not do this anywhere. */
export const notAllowed = (permission: string): Problem => new Problem('forbidden', 'platform.forbidden', `This needs the permission ${permission}. Ask who grants rights in your department.`, { permission });

/** 403: whoever sees as another changes nothing meanwhile. */
export const onlyLooking = (): Problem => new Problem('forbidden', 'platform.only_looking', 'You are seeing with the rights of another: nothing can be changed. End that first, at the top of the page.');

/** Reads the answer of `enter`: throws 401 when nobody entered, 403 when the permission is held nowhere. */
export function checkEntered(rows: Record<string, unknown>[], permission: string): Reader {
  const row = rows[0];
  if (!row) throw signInFirst();
  if (!row['holds']) throw notAllowed(permission);
  const viewerId = row['viewerId'] as string | null | undefined;
  return { personId: row['personId'] as string, dbRole: row['dbRole'] as Reader['dbRole'], ...(viewerId && { viewerId }) };
}

const HINT_FOR_MS = 2000;
const MOST_HINTS = 5000;

type Hint = { reader: Reader; permissions: Set<string>; until: number };

const keyOf = (actor: Actor): string => (actor.kind === 'token' ? actor.tokenHash.toString('base64') : actor.personId);

/** Remembers for two seconds who a token belongs to and what was found to be held, so that a request costs one round trip; never longer, never instead of the database. */
export class Readers {
  readonly #db: Database;
  readonly #hints = new Map<string, Hint>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** Who acts; throws 401 where there is no such session or person, 403 where the permission is held nowhere. */
  async resolve(actor: Actor, permission = ''): Promise<Reader> {
    const key = keyOf(actor);
    const now = nowMs();
    const found = this.#hints.get(key);
    const known = found && found.until > now ? found : undefined;
    if (known?.permissions.has(permission)) return known.reader;
    const [answer] = await this.#db.send([enter(actor, permission)]);
    const reader = checkEntered(answer?.rows ?? [], permission);
    if (known) known.permissions.add(permission);
    else this.#remember(key, { reader, permissions: new Set(['', permission]), until: now + HINT_FOR_MS });
    return reader;
  }

  forget(actor: Actor): void {
    this.#hints.delete(keyOf(actor));
  }

  #remember(key: string, hint: Hint): void {
    if (this.#hints.size >= MOST_HINTS) this.#hints.clear();
    this.#hints.set(key, hint);
  }
}
