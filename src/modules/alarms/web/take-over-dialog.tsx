import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { useNow } from '#ui/clock.ts';
import { ageWords } from '#ui/times.ts';
import { takeOver } from '../contract.ts';
import { t } from './messages.en.ts';
import { Question, type QuestionProps } from './question.tsx';
import { shortName } from './words.ts';

/** Takes an alarm from who holds it; a third who came first in the meantime is not run over. */
export function TakeOverDialog({ alarm, onLeave, onDone }: QuestionProps) {
  const sending = useSend('alarms', takeOver);
  const now = useNow();
  const [seen, setSeen] = useState({ id: alarm.ownerId, name: alarm.owner ?? '' });
  const submit = async (): Promise<void> => {
    try {
      onDone(await sending.send({ id: alarm.id, from: seen.id }));
    } catch (error) {
      const holder = (error as { extra?: { heldBy?: { id: string; name: string } } }).extra?.heldBy;
      if (holder) setSeen(holder);
      throw error;
    }
  };
  return (
    <Question title={t('watch.over.title', { number: alarm.number })} act={t('watch.over.send', { name: shortName(seen.name) })} onLeave={onLeave} onSubmit={submit} isBusy={sending.isBusy} problem={sending.problem}>
      <p>{t('watch.over.what', { name: seen.name, time: ageWords(now.getTime() - Date.parse(alarm.claimedAt ?? now.toISOString())) })}</p>
    </Question>
  );
}
