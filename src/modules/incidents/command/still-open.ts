import { sql } from 'kysely';
import type { Ctx } from '#platform/kernel/store.ts';
import { openTasksOf } from '#modules/tasks/public.ts';
import type { LeftOpen } from '../command-contract.ts';
import type { Tx } from '../record.ts';
import type { Held } from './command-row.ts';

/** What is still open of a command, counted. */
export async function stillOpen(ctx: Ctx, tx: Tx, { incident, activation }: Held): Promise<LeftOpen> {
  const tasks = await openTasksOf(ctx, incident.id);
  const { transfers } = await tx.selectFrom('incidents.transfer').select(sql<number>`count(*)::int`.as('transfers')).where('activationId', '=', activation.id).where('state', '=', 'proposed').executeTakeFirstOrThrow();
  const { resources } = await tx.selectFrom('incidents.resource').select(sql<number>`count(*)::int`.as('resources')).where('incidentId', '=', incident.id).where('state', '<>', 'released').where('struckAt', 'is', null).executeTakeFirstOrThrow();
  const { objectives } = await tx.selectFrom('incidents.objective').select(sql<number>`count(*)::int`.as('objectives')).where('activationId', '=', activation.id).where('struckAt', 'is', null).where('state', '<>', 'met').executeTakeFirstOrThrow();
  const { needs } = await tx.selectFrom('incidents.need as n').innerJoin('incidents.objective as o', 'o.id', 'n.objectiveId').select(sql<number>`count(*)::int`.as('needs')).where('o.activationId', '=', activation.id).where('o.struckAt', 'is', null).where('n.state', '<>', 'met').executeTakeFirstOrThrow();
  const { timers } = await tx.selectFrom('incidents.timer').select(sql<number>`count(*)::int`.as('timers')).where('incidentId', '=', incident.id).where('stoppedAt', 'is', null).executeTakeFirstOrThrow();
  return { objectives, needs, timers, tasks: tasks.length, transfers, resources };
}

/** `2 objectives, 1 timer`; empty where nothing is. */
export const openWords = ({ objectives, needs, timers, tasks, transfers, resources }: LeftOpen): string =>
  [several(objectives, 'objective'), several(needs, 'need'), several(timers, 'timer'), several(tasks, 'task'), several(transfers, 'hand-over of command', 'hand-overs of command'), several(resources, 'resource not released', 'resources not released')].filter(Boolean).join(', ');

const several = (n: number, one: string, many = `${one}s`): string => (n === 0 ? '' : `${n} ${n === 1 ? one : many}`);
