import type { Ctx } from '#platform/kernel/store.ts';
import { tasks } from './tasks.service.ts';

export { addTask, listTasks, tasksBy } from './tasks.service.ts';

/** An open task, as far as closing its record needs to know. */
export type OpenTask = { id: string; title: string; ownerId: string | null; dueAt: string | null };

/** The open tasks of a record that the reader sees, next due first, at most 200. Joins an open transaction. */
export async function openTasksOf(ctx: Ctx, recordId: string): Promise<OpenTask[]> {
  return tasks.read(ctx, '').selectFrom('tasks.task').select(['id', 'title', 'ownerId', 'dueAt']).where('recordId', '=', recordId).where('state', '=', 'open').orderBy('dueAt').orderBy('id').limit(200).execute();
}
