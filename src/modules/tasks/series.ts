import { sql } from 'kysely';
import { nextAfter } from '#engines/recurrence/occurrences.ts';
import { readRecurrence } from '#engines/recurrence/rule.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { tasks } from './tasks.service.ts';
import type { Task } from './contract.ts';

type Db = Pick<Parameters<Parameters<typeof tasks.writeMany>[2]>[0], 'selectFrom'>;
/** How a task comes again: a rule, from which moment on, on the clocks of which zone. */
export type Repeating = { repeatRule: string | null; repeatFrom: string | null; repeatZone: string | null };
export type Waiting = { blockedBy: string[] };

/** What a task waits for, with its state. */
export const blockersIn = sql<Task['blockedBy']>`(select coalesce(json_agg(json_build_object('id', b.id, 'title', b.title, 'state', b.state) order by b.created_at, b.id), '[]') from tasks.task b where b.id = any (t.blocked_by))`;

const refusedAt = (code: string, pointer: string, detail: string): Problem => new Problem('refused', code, detail, { errors: [{ pointer, detail }] });

export const needsDue = (): Problem => refusedAt('tasks.repeats_from_when', '/dueAt', 'A task that repeats needs a time when it is due. Give one, or let it not repeat.');

/** The columns of a rule that was given, which begins with the due time. Throws where it cannot be read. */
export function checkRepeats(repeats: { rule: string; zone: string } | null, dueAt: string | null): Repeating {
  if (repeats === null) return { repeatRule: null, repeatFrom: null, repeatZone: null };
  if (dueAt === null) throw needsDue();
  const rule = readRecurrence(repeats.rule);
  if (!rule.ok) throw refusedAt('tasks.rule', '/repeats/rule', `${rule.at}: ${rule.reason}`);
  if (!isZone(repeats.zone)) throw refusedAt('tasks.zone', '/repeats/zone', 'There is no such time zone. Write it like Europe/Berlin.');
  return { repeatRule: repeats.rule, repeatFrom: dueAt, repeatZone: repeats.zone };
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** When the next of a series is due: the first time by its rule that is after this one's and not over yet. Null where it does not repeat, or not any more. */
export function nextDue({ repeatRule, repeatFrom, repeatZone, dueAt }: Repeating & { dueAt: string | null }, now: Date): string | null {
  const rule = repeatRule === null ? null : readRecurrence(repeatRule);
  if (!rule?.ok || repeatFrom === null || repeatZone === null || dueAt === null) return null;
  const next = nextAfter(rule, { startMs: Date.parse(repeatFrom), zone: repeatZone, afterMs: Math.max(Date.parse(dueAt), now.getTime()) });
  return next === null || next > LAST_MS ? null : new Date(next).toISOString();
}
const LAST_MS = Date.UTC(9000, 0, 1);

/** What a task waits for stands on its record, and does not wait for it. The database refuses the same, without words. */
export async function checkWaits(db: Db, { id, recordId, blockedBy }: { id: string; recordId: string; blockedBy: readonly string[] }): Promise<void> {
  if (blockedBy.length === 0) return;
  const on = new Map((await db.selectFrom('tasks.task').select(['id', 'title', 'blockedBy']).where('recordId', '=', recordId).execute()).map((one) => [one.id, one]));
  for (const [at, first] of blockedBy.entries()) {
    const found = on.get(first);
    if (!found) throw refusedAt('tasks.waits_elsewhere', `/blockedBy/${at}`, 'There is no such task on this record. A task waits only for others of the same record.');
    const way = [first];
    const gone = new Set(way);
    for (let one = way.pop(); one !== undefined; one = way.pop()) {
      if (one === id) throw refusedAt('tasks.circle', `/blockedBy/${at}`, first === id ? 'A task does not wait for itself.' : `“${found.title}” waits for this task already, itself or through others. Take that away first.`);
      for (const next of on.get(one)?.blockedBy ?? []) if (!gone.has(next)) way.push((gone.add(next), next));
    }
  }
}

/** Throws while something that is to be finished first is open. */
export function checkFinished(blockers: Task['blockedBy']): void {
  const open = blockers.filter(({ state }) => state === 'open').map(({ title }) => `“${title}”`);
  if (open.length > 0) throw new Problem('refused', 'tasks.waits', `First finish ${open.join(', ')}, or let this task not wait for it.`);
}
