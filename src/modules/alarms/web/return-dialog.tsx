import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { TextArea } from '#ui/field.tsx';
import { returnToNormal } from '../contract.ts';
import { t } from './messages.en.ts';
import { Question, type QuestionProps } from './question.tsx';

/** A person says that the condition has ended, and how they know. */
export function ReturnDialog({ alarm, onLeave, onDone }: QuestionProps) {
  const sending = useSend('alarms', returnToNormal);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (reason.trim().length >= 3) onDone(await sending.send({ id: alarm.id, reason: reason.trim() }));
  };
  return (
    <Question title={t('watch.return.title', { number: alarm.number })} act={t('watch.return.send')} onLeave={onLeave} onSubmit={submit} isBusy={sending.isBusy} problem={sending.problem}>
      <TextArea label={t('watch.return.reason')} help={t('watch.return.help')} rows={3} value={reason} onValue={setReason} error={sending.problem?.of('/reason') ?? (isTried && reason.trim().length < 3 ? t('watch.reason.missing') : undefined)} />
    </Question>
  );
}
