import { createHash, randomBytes } from 'node:crypto';
import type { Change } from '../record.ts';

/**
 * JSON in one form only, as it is hashed (RFC 8785): keys sorted by UTF-16 code units, no white space, numbers as
 * ECMAScript writes them. `undefined` members fall away, dates become ISO strings, bytes
 * base64, lone surrogates U+FFFD.
 * Throws TypeError for what JSON cannot say (bigint, NaN, infinity, functions).
 */
export function canonicalJson(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value.toWellFormed());
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('A number of a ledger entry must be finite.');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item: unknown) => canonicalJson(item === undefined ? null : item)).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`A ledger entry cannot hold a ${typeof value}.`);
  if (value instanceof Date) return JSON.stringify(value.toISOString());
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'));
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${members.map(([key, member]) => `${JSON.stringify(key.toWellFormed())}:${canonicalJson(member)}`).join(',')}}`;
}

/** What stands in an entry's body in place of a text that may be erased. */
export type SaltedHash = { text: `sha256:${string}` };

/** The text itself with its salt (32 hexadecimal digits): a row of ledger.erasable. */
export type ErasableText = { salt: string; text: string };

const saltedHash = (salt: Buffer, text: string): SaltedHash => ({ text: `sha256:${createHash('sha256').update(salt).update(text, 'utf8').digest('hex')}` });

/**
 * Splits a text that privacy law may erase: `body` goes into the leaf, `row` into ledger.erasable. The hash is
 * SHA-256(salt ‖ UTF-8 text) with a salt of 16 random bytes, so that without the row it cannot be guessed back.
 */
export function erasable(text: string): { body: SaltedHash; row: ErasableText } {
  const salt = randomBytes(16);
  const kept = text.toWellFormed();
  return { body: saltedHash(salt, kept), row: { salt: salt.toString('hex'), text: kept } };
}

/** True where the text of ledger.erasable is the one that the entry's body speaks of. */
export const isErasableText = (body: SaltedHash, { salt, text }: ErasableText): boolean => saltedHash(Buffer.from(salt, 'hex'), text).text === body.text;

/** A row of ledger.erasable without its entry; `field` is the path in the body, `after.narrative`. */
export type Erased = ErasableText & { field: string };

type Row = Record<string, unknown>;

/**
 * The body of a change's entry: what changed, before and after (everything, where it is new), and whose row it was
 * where the entry speaks of another record. Texts of the erasable fields leave the body for `erased`.
 */
export function ledgerBody(change: Change<{ id: string }>): { body: string; erased: Erased[] } {
  const erased: Erased[] = [];
  const hidden = new Set<string>(change.erasable ?? []);
  const after = change.after as Row;
  const before = change.before as Row | null;
  const part = (side: 'before' | 'after', row: Row, keys: readonly string[]): Row =>
    Object.fromEntries(keys.map((key) => [key, hidden.has(key) ? seal(`${side}.${key}`, row[key], erased) : row[key]]));
  if (before === null) return { body: canonicalJson({ after: part('after', after, Object.keys(after)) }), erased };
  const changed = Object.keys(before).filter((key) => key !== 'id' && !isSame(before[key], after[key]));
  const whose = change.of && change.of.recordId !== change.after.id ? { id: change.after.id } : {};
  return { body: canonicalJson({ ...whose, before: part('before', before, changed), after: part('after', after, changed) }), erased };
}

const isSame = (a: unknown, b: unknown): boolean => a === b || canonicalJson(a ?? null) === canonicalJson(b ?? null);

function seal(field: string, value: unknown, erased: Erased[]): unknown {
  if (value === null || value === undefined) return null;
  const { body, row } = erasable(typeof value === 'string' ? value : canonicalJson(value));
  erased.push({ field, ...row });
  return body;
}
