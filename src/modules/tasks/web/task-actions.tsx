import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { completeTask, reopenTask, type Task } from '../contract.ts';
import { t } from './messages.en.ts';
import { ReasonDialog, TaskForm } from './task-dialogs.tsx';

/** What can be done with a task. Done is one press and can be taken back for ten seconds. */
export function TaskActions({ task, siteZone }: { task: Task; siteZone?: string | undefined }) {
  const [open, setOpen] = useState<'change' | 'drop' | 'reopen' | null>(null);
  const completing = useSend('tasks', completeTask);
  const reopening = useSend('tasks', reopenTask);
  const mayWrite = useMay('tasks:write');
  if (!mayWrite) return null;
  const complete = async (): Promise<void> => {
    await completing.send({ id: task.id });
    announce(t(task.repeats?.nextDueAt ? 'tasks.completed.next' : 'tasks.completed', { title: task.title }), { title: t('tasks.undo'), key: 'Z', run: () => void reopening.send({ id: task.id, reason: t('tasks.undo.reason') }).catch(() => undefined) });
  };
  const isWaiting = task.blockedBy.some(({ state }) => state === 'open');
  const close = (): void => setOpen(null);
  return (
    <div className="row">
      {task.state === 'open' ? (
        <>
          {!isWaiting && <Button isBusy={completing.isBusy} aria-label={t('tasks.complete.of', { title: task.title })} onClick={() => void complete().catch((error: Error) => announce(error.message))}>{t('tasks.complete')}</Button>}
          <Button look="quiet" onClick={() => setOpen('change')}>{t('tasks.change')}</Button>
          <Button look="quiet" onClick={() => setOpen('drop')}>{t('tasks.drop')}</Button>
        </>
      ) : <Button look="quiet" onClick={() => setOpen('reopen')}>{t('tasks.reopen')}</Button>}
      {open === 'change' && <TaskForm recordId={task.record.id} task={task} siteZone={siteZone} onClose={close} />}
      {(open === 'drop' || open === 'reopen') && <ReasonDialog task={task} does={open} onClose={close} />}
    </div>
  );
}
