import type { FastifyRequest } from 'fastify';
import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import type { TokenWatch } from '#platform/kernel/http.ts';
import { AUTHENTICATE, identity } from '../change.ts';
import { tooMany } from '../sign-in/throttling.ts';
import { type Attempts, countFailure, secondsToWait } from '../throttle.ts';

const WRITE_EVERY_MS = 15_000;
const NOT_AGAIN_FOR_MS = 60_000;
// A token has 256 bits and cannot be guessed: this ends the noise. The same dead key again and again is one.
const FREE_UNKNOWN = 200;
const MOST_TOKENS = 20_000;
const MOST_ADDRESSES = 1_000;

type Unknown = { tokens: Set<string>; attempts: Attempts | undefined };

const hasBearer = (request: FastifyRequest): boolean => request.headers.authorization !== undefined;

/**
 * Keeps, in this process, when each session and key was used last, and writes it at most once a minute each, beside the
 * requests and not within them; and makes an address wait that tries many keys which are nobody's.
 */
export class SeenTokens implements TokenWatch {
  readonly #db: Database;
  readonly #now: () => Date;
  /** By token, when it was last written; a token stands here once it held. */
  readonly #held = new Map<string, number>();
  readonly #due = new Map<string, Buffer>();
  readonly #unknown = new Map<string, Unknown>();
  readonly #timer: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();

  constructor(db: Database, now: () => Date) {
    this.#db = db;
    this.#now = now;
    this.#timer = setInterval(() => void this.write(), WRITE_EVERY_MS).unref();
  }

  before(request: FastifyRequest, tokenHash: Buffer): void {
    if (!hasBearer(request) || this.#held.has(tokenHash.toString('base64'))) return;
    const seconds = secondsToWait(this.#unknown.get(request.ip)?.attempts, this.#now());
    if (seconds > 0) throw tooMany(seconds);
  }

  held(tokenHash: Buffer): void {
    const key = tokenHash.toString('base64');
    const written = this.#held.get(key);
    if (written !== undefined && this.#now().getTime() - written < NOT_AGAIN_FOR_MS) return;
    if (written === undefined) {
      if (this.#held.size >= MOST_TOKENS) this.#held.clear();
      this.#held.set(key, 0);
    }
    this.#due.set(key, tokenHash);
  }

  unknown(request: FastifyRequest, tokenHash: Buffer): void {
    this.#held.delete(tokenHash.toString('base64'));
    if (!hasBearer(request)) return;
    const known = this.#unknown.get(request.ip) ?? { tokens: new Set(), attempts: undefined };
    if (known.tokens.has(tokenHash.toString('base64'))) return;
    if (known.tokens.size < FREE_UNKNOWN * 2) known.tokens.add(tokenHash.toString('base64'));
    known.attempts = countFailure(known.attempts, this.#now(), FREE_UNKNOWN);
    if (known.attempts.failures === 1) known.tokens = new Set([tokenHash.toString('base64')]);
    if (!this.#unknown.has(request.ip) && this.#unknown.size >= MOST_ADDRESSES) this.#unknown.delete(this.#unknown.keys().next().value ?? '');
    this.#unknown.set(request.ip, known);
  }

  /** Writes what was used since the last time. What cannot be written is written the next time. */
  write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writeDue()).catch(() => undefined);
    return this.#writing;
  }

  async #writeDue(): Promise<void> {
    if (this.#due.size === 0) return;
    const due = [...this.#due];
    const at = this.#now();
    const door = await actAs(this.#db, SERVICE.frontDoor, this.#now, 'tokens-seen');
    await identity.writeMany(door, AUTHENTICATE, async (tx) => {
      await tx.updateTable('access.session').set({ lastSeenAt: at.toISOString() }).where('tokenHash', 'in', due.map(([, hash]) => hash)).where('lastSeenAt', '<', at.toISOString()).execute();
      return { changes: [], result: null };
    });
    for (const [key] of due) {
      this.#due.delete(key);
      if (this.#held.has(key)) this.#held.set(key, at.getTime());
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.write();
  }
}
