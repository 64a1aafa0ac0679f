import { z } from 'zod';
import type { Change } from '#platform/kernel/store.ts';
import type { Speaking, Tx } from '../rows.ts';
import { type Answer, scimProblem } from './answers.ts';
import { MOST_A_PAGE } from './discovery.ts';

const whole = (least: number, instead: number) => z.coerce.number().int().catch(instead).transform((n) => Math.max(least, n)).default(instead);
const List = z.union([z.string(), z.array(z.string()).transform((all) => all.join(','))]).optional();

/** The parameters of a list (RFC 7644 §3.4.2, §3.9). A negative count is 0, a start below 1 is 1; both as the standard says. */
const Query = z.object({
  filter: z.string().optional(), sortBy: z.string().optional(), sortOrder: z.string().optional(), attributes: List, excludedAttributes: List,
  startIndex: whole(1, 1).transform((n) => Math.min(n, 1_000_000_000)), count: whole(0, 100).transform((n) => Math.min(n, MOST_A_PAGE)),
});
export type Query = z.infer<typeof Query>;

export function queryOf(sent: unknown): Query {
  const parsed = Query.safeParse(sent ?? {});
  if (!parsed.success) throw scimProblem({ scimType: 'invalidValue', detail: `${String(parsed.error.issues[0]?.path[0] ?? 'The query')} cannot be read.` });
  return parsed.data;
}

/** What a request asks, within the transaction that answers it. */
export type Asked = { speaking: Speaking; tx: Tx; id: string; query: Query; body: unknown; headers: Readonly<Record<string, string | undefined>> };

/** What is answered; `about` names it for who keeps directories, and `settles` says that work may have to be handed over. */
export type Done = { answer: Answer; about: string; settles?: true; told?: readonly Change<{ id: string }>[] };
