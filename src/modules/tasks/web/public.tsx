import { useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useList } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { FilterSelect } from '#ui/filter-select.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { listTasks, type Task } from '../contract.ts';
import { Due } from './due.tsx';
import { Comes } from './repeats.tsx';
import { t } from './messages.en.ts';
import { TaskActions } from './task-actions.tsx';
import { TaskForm } from './task-dialogs.tsx';
import css from './tasks.module.css';

type TasksOfProps = { recordId: string; siteZone?: string | undefined; /** False where the record takes no new tasks. */ mayAdd?: boolean };
const STATES = ['open', 'done', 'dropped', 'any'] as const;

/** The tasks of a record, next due first, with adding, finishing and dropping; the key `T` adds one. */
export function TasksOf({ recordId, siteZone, mayAdd = true }: TasksOfProps) {
  const [state, setState] = useState<(typeof STATES)[number]>('open');
  const [isAdding, setAdding] = useState(false);
  const mayRead = useMay('tasks:read');
  const mayWrite = useMay('tasks:write') && mayAdd;
  const list = useList('tasks', listTasks, { recordId, state: state === 'any' ? undefined : state }, { isOn: mayRead });
  useCommands(mayWrite ? [{ key: 'T', title: t('tasks.add'), run: () => setAdding(true) }] : []);
  if (!mayRead) return null;
  const add = mayWrite && <Button icon="add" keyCap="T" onClick={() => setAdding(true)}>{t('tasks.add')}</Button>;
  return (
    <div>
      <div className={css.bar}>
        <FilterSelect label={t('tasks.state')} value={state} all="open" onValue={(value) => setState(value as typeof state)} choices={STATES.map((value) => ({ value, title: t(`tasks.state.${value}`) }))} />
        <span className="space" />
        {add}
      </div>
      <Asked reading={list}>
        {(tasks) => tasks.length === 0 ? <Empty>{state === 'open' || state === 'any' ? t('tasks.none') : t('tasks.none.in-state', { state: t(`tasks.state.${state}`) })}</Empty> : (
          <ul>
            {tasks.map((task) => <One key={task.id} task={task} siteZone={siteZone} />)}
            {list.more && <li><Button look="quiet" isBusy={list.isReadingMore} onClick={list.more}>{t('tasks.more')}</Button></li>}
          </ul>
        )}
      </Asked>
      {isAdding && <TaskForm recordId={recordId} task={null} siteZone={siteZone} onClose={() => setAdding(false)} />}
    </div>
  );
}

const One = ({ task, siteZone }: { task: Task; siteZone: string | undefined }) => (
  <li className={css.task}>
    <b className={cx('strong', task.state === 'dropped' && css.struck)}>{task.title}</b>
    {task.detail && <p className="t2">{task.detail}</p>}
    <span className="t2">{task.owner?.name ?? t('tasks.owner.nobody')}</span>
    {task.state === 'open' ? <Due task={task} siteZone={siteZone} /> : <span className="t2">{t('tasks.by', { state: t(`tasks.state.${task.state}`), name: task.endedBy ?? '' })}{task.outcome && `: ${task.outcome}`}</span>}
    <Comes task={task} siteZone={siteZone} />
    <TaskActions task={task} siteZone={siteZone} />
  </li>
);
