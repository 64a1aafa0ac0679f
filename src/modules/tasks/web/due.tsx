import { useNow } from '#ui/clock.ts';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import type { Task } from '../contract.ts';
import { t } from './messages.en.ts';

/** When a task is due, and whether that is past. */
export function Due({ task, siteZone }: { task: Task; siteZone?: string | undefined }) {
  const now = useNow();
  if (task.dueAt === null) return <span className="t3">{t('tasks.due.none')}</span>;
  const isLate = task.state === 'open' && Date.parse(task.dueAt) < now.getTime();
  return <span className="row"><TwoTimes at={task.dueAt} siteZone={siteZone} />{isLate && <Tag look="p2">{t('tasks.late')}</Tag>}</span>;
}
