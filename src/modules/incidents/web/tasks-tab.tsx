import { useState } from 'react';
import { useList, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import type { Option } from '#ui/picker.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { addTask, completeTask, listTasks, type Task } from '#modules/tasks/contract.ts';
import { PersonPicker } from '#modules/people/web/public.tsx';
import type { Incident } from '../contract.ts';
import css from './incidents.module.css';
import { FormFoot } from './involved-tab.tsx';
import { t } from './messages.en.ts';

/** What is to be done, by whom, until when; open ones first. */
export function TasksTab({ incident }: { incident: Incident }) {
  const list = useList('tasks', listTasks, { recordId: incident.id, limit: 100 });
  const mayWrite = useMay('tasks:write') && incident.state === 'open';
  const [isAdding, setAdding] = useState(false);
  return (
    <Panel title={t('incidents.tasks')} actions={mayWrite && !isAdding && <Button look="quiet" icon="add" keyCap="T" onClick={() => setAdding(true)}>{t('incidents.tasks.add')}</Button>}>
      <span id="field-tasks" />
      {isAdding && <TaskForm incident={incident} onDone={() => setAdding(false)} />}
      <Asked reading={list}>
        {(tasks) => (
          <>
            {tasks.length === 0 && !isAdding && <Empty>{t('incidents.tasks.empty')}</Empty>}
            <ul className={css.items}>{tasks.map((task) => <TaskItem key={task.id} task={task} zone={incident.timeZone} mayWrite={mayWrite} />)}</ul>
          </>
        )}
      </Asked>
    </Panel>
  );
}

function TaskItem({ task, zone, mayWrite }: { task: Task; zone: string | null; mayWrite: boolean }) {
  const completing = useSend('tasks', completeTask);
  const isLoose = task.state === 'open' && (task.owner === null || task.dueAt === null);
  return (
    <li className={css.item}>
      <div className={css.itemWords}>
        <div><b>{task.title}</b> {task.state !== 'open' && <span className="t2">{t(`incidents.task.${task.state}`)}</span>}</div>
        <div className="t2 small">
          {task.owner?.name ?? t('incidents.nobody')}
          {task.dueAt && <> · {t('incidents.task.due')} <TwoTimes at={task.dueAt} siteZone={zone ?? undefined} /></>}
          {isLoose && <> · <span className={css.late}>{t('incidents.task.loose')}</span></>}
        </div>
        {completing.problem && <p className={css.fault} role="alert">{completing.problem.detail}</p>}
      </div>
      {mayWrite && task.state === 'open' && <Button icon="check" isBusy={completing.isBusy} onClick={() => void completing.send({ id: task.id }).catch(() => undefined)}>{t('incidents.task.done-verb')}<span className="unseen"> {task.title}</span></Button>}
    </li>
  );
}

function TaskForm({ incident, onDone }: { incident: Incident; onDone: () => void }) {
  const adding = useSend('tasks', addTask);
  const [title, setTitle] = useState('');
  const [owner, setOwner] = useState<Option | null>(null);
  const [dueAt, setDueAt] = useState<string | null>(null);
  const [isChecked, setChecked] = useState(false);
  const add = async (): Promise<void> => {
    setChecked(true);
    if (title.trim() === '') return;
    await adding.send({ recordId: incident.id, title: title.trim(), ownerId: owner?.value ?? null, dueAt }).then(onDone, () => undefined);
  };
  return (
    <form className={css.form} noValidate onSubmit={(event) => { event.preventDefault(); void add(); }}>
      {adding.problem && <FaultSummary faults={adding.problem.errors} detail={adding.problem.detail} />}
      <TextField label={t('incidents.task.what')} value={title} onValue={setTitle} maxLength={200} autoFocus autoComplete="off" error={isChecked && title.trim() === '' ? t('incidents.task.what.missing') : undefined} />
      <PersonPicker label={t('incidents.task.owner')} isOptional value={owner} onValue={setOwner} />
      <MomentField label={t('incidents.task.due-by')} isOptional meaning="future" value={dueAt} onValue={setDueAt} timeZone={incident.timeZone ?? 'UTC'} />
      <FormFoot words={t('incidents.tasks.add')} isBusy={adding.isBusy} onDone={onDone} />
    </form>
  );
}
