import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { readersZone } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { ChoiceGroup, TextField } from '#ui/field.tsx';
import { mute as silence } from '#ui/sound.ts';
import { timeWords } from '#ui/times.ts';
import { wallAt } from '#ui/zone.ts';
import { mute } from '../contract.ts';
import { t } from './messages.en.ts';
import { Question } from './question.tsx';

const MINUTES = [1, 2, 5, 10] as const;

/** Mutes this desk: a length and a reason, recorded before it is silent. */
export function MuteDialog({ onLeave }: { onLeave: () => void }) {
  const sending = useSend('alarms', mute);
  const [minutes, setMinutes] = useState('');
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (minutes === '' || reason.trim().length < 3) return;
    const { until } = await sending.send({ minutes: Number(minutes), reason: reason.trim() });
    silence(Date.parse(until) - Date.now());
    announce(t('watch.mute.done', { time: timeWords(wallAt(new Date(until), readersZone())) }));
    onLeave();
  };
  return (
    <Question title={t('watch.mute.title')} act={t('watch.mute.send')} onLeave={onLeave} onSubmit={submit} isBusy={sending.isBusy} problem={sending.problem}>
      <p className="t2">{t('watch.mute.what')}</p>
      <ChoiceGroup label={t('watch.mute.length')} value={minutes} onValue={setMinutes} choices={MINUTES.map((n) => ({ value: String(n), title: t('watch.mute.minutes', { n }) }))} error={isTried && minutes === '' ? t('watch.mute.length.missing') : undefined} />
      <TextField label={t('watch.reason')} value={reason} onValue={setReason} autoComplete="off" error={sending.problem?.of('/reason') ?? (isTried && reason.trim().length < 3 ? t('watch.reason.missing') : undefined)} />
    </Question>
  );
}
