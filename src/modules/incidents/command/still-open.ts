import { sql } from 'kysely';
import type { Ctx } from '#platform/kernel/store.ts';
import { openTasksOf } from '#modules/tasks/public.ts';
import type { LeftOpen } from '../command-contract.ts';
import type { Tx } from '../record.ts';
import type { Held } from './command-row.ts';

type Count = (tx: Tx, activationId: string) => Promise<number>;
const counted = new Map<string, Count>();

/** What another room of the module counts as open when a command ends, by its word for it (`resources not released`). */
export const countAtEnd = (words: string, count: Count): void => void counted.set(words, count);

/** What is still open of a command, counted. */
export async function stillOpen(ctx: Ctx, tx: Tx, { incident, activation }: Held): Promise<LeftOpen> {
  const tasks = await openTasksOf(ctx, incident.id);
  const { transfers } = await tx.selectFrom('incidents.transfer').select(sql<number>`count(*)::int`.as('transfers')).where('activationId', '=', activation.id).where('state', '=', 'proposed').executeTakeFirstOrThrow();
  const more: Record<string, number> = {};
  for (const [words, count] of counted) more[words] = await count(tx, activation.id);
  return { objectives: 0, needs: 0, timers: 0, tasks: tasks.length, transfers, more };
}

/** `2 objectives, 1 timer`; empty where nothing is. */
export const openWords = ({ objectives, needs, timers, tasks, transfers, more }: LeftOpen): string =>
  [several(objectives, 'objective'), several(needs, 'need'), several(timers, 'timer'), several(tasks, 'task'), several(transfers, 'hand-over of command', 'hand-overs of command'), ...Object.entries(more).map(([words, n]) => (n === 0 ? '' : `${n} ${words}`))].filter(Boolean).join(', ');

const several = (n: number, one: string, many = `${one}s`): string => (n === 0 ? '' : `${n} ${n === 1 ? one : many}`);
