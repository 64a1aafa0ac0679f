import { useState } from 'react';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { readersZone } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextArea, TextField } from '#ui/field.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import type { Option } from '#ui/picker.tsx';
import { addTask, changeTask, dropTask, reopenTask, type Task } from '../contract.ts';
import { t } from './messages.en.ts';
import { chosenOf, type Chosen, isWhole, RepeatFields, ruleOf } from './repeats.tsx';
import { WaitsField } from './waits-field.tsx';

type TaskFormProps = { recordId: string; task: Task | null; siteZone?: string | undefined; onClose: () => void };

/** A task, new or open. */
export function TaskForm({ recordId, task, siteZone = readersZone(), onClose }: TaskFormProps) {
  const adding = useSend('tasks', addTask);
  const changing = useSend('tasks', changeTask);
  // Of what was read when typing began: a live event reads anew beneath the form.
  const [version] = useState(task?.version);
  const [title, setTitle] = useState(task?.title ?? '');
  const [detail, setDetail] = useState(task?.detail ?? '');
  const [owner, setOwner] = useState<Option | null>(task?.owner ? { value: task.owner.id, title: task.owner.name } : null);
  const [dueAt, setDueAt] = useState(task?.dueAt ?? null);
  const [repeats, setRepeats] = useState<Chosen>(chosenOf(task?.repeats?.rule));
  const [waits, setWaits] = useState<readonly Option[]>((task?.blockedBy ?? []).map(({ id, title: name }) => ({ value: id, title: name })));
  const [isTried, setTried] = useState(false);
  const needsDue = repeats.frequency !== 'never' && dueAt === null;
  const { isBusy, problem } = task ? changing : adding;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (title.trim() === '' || needsDue || !isWhole(repeats)) return;
    const rule = ruleOf(repeats, task?.repeats?.rule);
    const isNewRule = rule !== (task?.repeats?.rule ?? null);
    const values = { title: title.trim(), detail: detail.trim(), ownerId: owner?.value ?? null, dueAt, blockedBy: waits.map(({ value }) => value) };
    if (task) await changing.send({ id: task.id, ...values, ...(isNewRule && { repeats: rule === null ? null : { rule, zone: siteZone } }) }, { ...(version !== undefined && { ifMatch: version }) });
    else await adding.send({ recordId, ...values, ...(rule !== null && { repeats: { rule, zone: siteZone } }) });
    announce(t(task ? 'tasks.saved' : 'tasks.added'));
    onClose();
  };
  return (
    <Dialog title={t(task ? 'tasks.change' : 'tasks.add')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t(task ? 'tasks.save' : 'tasks.add.do')}</Button><Button onClick={onClose}>{t('tasks.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextField label={t('tasks.what')} value={title} onValue={setTitle} error={problem?.of('/title') ?? (isTried && title.trim() === '' ? t('tasks.what.missing') : undefined)} />
      <TextArea label={t('tasks.detail')} rows={3} isOptional value={detail} onValue={setDetail} error={problem?.of('/detail')} />
      <PersonPicker label={t('tasks.owner')} help={t('tasks.owner.help')} isOptional value={owner} onValue={setOwner} error={problem?.of('/ownerId')} />
      <MomentField label={t('tasks.due')} meaning="future" isOptional value={dueAt} onValue={setDueAt} timeZone={siteZone} error={problem?.of('/dueAt') ?? (isTried && needsDue ? t('tasks.repeats.due') : undefined)} />
      <RepeatFields chosen={repeats} onChosen={setRepeats} error={problem?.of('/repeats/rule')} isTried={isTried} />
      <WaitsField recordId={recordId} ownId={task?.id ?? null} chosen={waits} onChosen={setWaits} />
    </Dialog>
  );
}

/** Drops a task, or opens it again, with the reason. */
export function ReasonDialog({ task, does, onClose }: { task: Task; does: 'drop' | 'reopen'; onClose: () => void }) {
  const sends = { drop: useSend('tasks', dropTask), reopen: useSend('tasks', reopenTask) };
  const { send, isBusy, problem } = sends[does];
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const fault = reason.trim().length < 3 ? t('tasks.reason.missing') : undefined;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (fault) return;
    await send({ id: task.id, reason: reason.trim() });
    announce(t(does === 'drop' ? 'tasks.dropped' : 'tasks.reopened', { title: task.title }));
    onClose();
  };
  return (
    <Dialog title={t(`tasks.${does}.of`, { title: task.title })} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t(`tasks.${does}`)}</Button><Button onClick={onClose}>{t('tasks.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextArea label={t('tasks.reason')} value={reason} onValue={setReason} error={problem?.of('/reason') ?? (isTried ? fault : undefined)} />
    </Dialog>
  );
}
