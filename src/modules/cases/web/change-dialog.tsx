import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { type Case, changeCase } from '../contract.ts';
import css from './cases.module.css';
import { t } from './messages.en.ts';
import { TYPE_CHOICES } from './words.tsx';

/** Changes what the case is called and is about. */
export function ChangeDialog({ room, onClose }: { room: Case; onClose: () => void }) {
  const sending = useSend('cases', changeCase);
  const [title, setTitle] = useState(room.title);
  const [type, setType] = useState(room.type);
  const [summary, setSummary] = useState(room.summary);
  const [isTried, setTried] = useState(false);
  const { problem } = sending;
  const submit = (): void => {
    setTried(true);
    if (title.trim() !== '') void sending.send({ id: room.id, title: title.trim(), type, summary: summary.trim() }, { ifMatch: room.version }).then(onClose, () => undefined);
  };
  return (
    <Dialog size="wide" title={t('cases.change')} onClose={onClose} onSubmit={submit} actions={<><Button onClick={onClose}>{t('cases.cancel')}</Button><Button type="submit" look="filled" isBusy={sending.isBusy}>{t('cases.save')}</Button></>}>
      <div className={css.form}>
        {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
        <TextField label={t('cases.what')} value={title} onValue={setTitle} maxLength={200} autoComplete="off" error={problem?.of('/title') ?? (isTried && title.trim() === '' ? t('cases.what.missing') : undefined)} />
        <SelectField label={t('cases.type')} value={type} onValue={setType} choices={TYPE_CHOICES} error={problem?.of('/type')} />
        <TextArea label={t('cases.summary')} isOptional rows={6} value={summary} onValue={setSummary} maxLength={20_000} error={problem?.of('/summary')} />
      </div>
    </Dialog>
  );
}
