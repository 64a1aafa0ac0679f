import { sql } from 'kysely';
import type { Ctx } from '#platform/kernel/store.ts';
import type { Definition } from './definitions.ts';
import { metrics } from './figure-store.ts';
import { figureFor } from './reading.ts';
import { frozenSumsOf, type Period, readableIn, type Scope, scopeOf, sumsOf } from './sums.ts';
import { tellableAt } from './telling.ts';

/** `forOthers`: as it is told to who reads none of the records. */
export type Counted = { period: Period; cutoffId: string | null; forOthers?: boolean };

/** The sums of a period by group: of what was frozen where it was, so that who asks again is told the same. */
export const countedBy = (ctx: Ctx, scope: Scope, definitions: readonly Definition[], { period, cutoffId }: Counted, by: 'none' | 'site' | 'shift' | 'type') =>
  cutoffId === null ? sumsOf(ctx, scope, definitions.map((definition) => ({ definition, period, by }))) : frozenSumsOf(ctx, cutoffId, scope, definitions.map((definition) => ({ definition, by })));

/** Answers, by definition, whether the figure of a scope may be told to who does not read its records: beside those of all sites that they may ask for. */
export async function tellingFor(ctx: Ctx, scope: Scope, definitions: readonly Definition[], counted: Counted): Promise<(definition: Definition) => boolean> {
  if (scope === null || definitions.length === 0) return () => true;
  const top = await scopeOf(ctx, undefined);
  if (top === scope) return () => true;
  // One after the other, since a caller's transaction answers one at a time.
  const groups = await countedBy(ctx, top, definitions, counted, 'site');
  const readable = await readableIn(ctx, top, [...new Set(definitions.map(({ reads }) => reads))]);
  const below = await metrics.read(ctx).selectFrom(sql<{ id: string }>`(select o.id from access.site o join access.site t on o.path operator(public.<@) t.path where t.id = ${scope}::uuid)`.as<'s'>(sql`s`)).select('id').execute();
  const sites = new Set(below.map(({ id }) => id));
  return (definition) => {
    const bins = groups[definitions.indexOf(definition)] ?? new Map<string, never[]>();
    return tellableAt(new Map([...bins].map(([site, own]) => [site, figureFor(definition, own, counted.period)])), sites, counted.forOthers === true ? new Set() : (readable.get(definition.reads) ?? new Set()));
  };
}
