import { type Compiled, compileMapping } from '#engines/mapping/compile.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';
import type { Tables } from '../tables.gen.ts';
import { typeOf } from '../taxonomy.ts';
import { Mapping } from '../mapping-contract.ts';

const signals = store<Tables>('signals');
const MOST = 500;

/** Versions never change, so what was compiled stays right. */
const compiled = new Map<string, Compiled | null>();

/** The types that a line may name. */
export const TYPES = { has: (key: string): boolean => typeOf(key) !== null };

/** A version ready to read with; null where it is not there, or can no longer be read. */
export async function compiledOf(id: string, bodyOf: () => Promise<unknown>): Promise<Compiled | null> {
  return compiled.get(id) ?? keep(id, await bodyOf());
}

/** The versions of these ids, as far as the reader sees them, in one query. */
export async function compiledFor(ctx: Ctx, ids: readonly (string | null)[], permission = 'signals:read'): Promise<(id: string | null) => Compiled | null> {
  const unknown = [...new Set(ids)].filter((id) => id !== null && !compiled.has(id));
  if (unknown.length > 0) {
    const rows = await signals.read(ctx, permission).selectFrom('signals.mapping').select(['id', 'body']).where('id', 'in', unknown as string[]).execute();
    for (const { id, body } of rows) keep(id, body);
  }
  return (id) => (id === null ? null : (compiled.get(id) ?? null));
}

function keep(id: string, body: unknown): Compiled | null {
  if (body === undefined) return null;
  const made = compile(body);
  if (compiled.size >= MOST) compiled.clear();
  compiled.set(id, made);
  return made;
}

function compile(body: unknown): Compiled | null {
  const read = Mapping.safeParse(body);
  const made = read.success ? compileMapping(read.data, TYPES) : null;
  return made?.ok ? made.compiled : null;
}
