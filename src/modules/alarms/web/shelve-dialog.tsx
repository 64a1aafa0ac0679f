import { useState } from 'react';
import { serverNow } from '#platform/web/live.ts';
import { useSend } from '#platform/web/query.ts';
import { readersZone } from '#platform/web/session.tsx';
import { ChoiceGroup, TextField } from '#ui/field.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import { useSite } from '#modules/signals/web/public.tsx';
import { shelve } from '../contract.ts';
import { t } from './messages.en.ts';
import { Question, type QuestionProps } from './question.tsx';

const LENGTHS = ['15', '60', '240', '480', 'until'] as const;
const LONGEST_MS = 8 * 3_600_000;

/** Silences an alarm until an end, with a reason; a supervisor's. */
export function ShelveDialog({ alarm, onLeave, onDone }: QuestionProps) {
  const sending = useSend('alarms', shelve);
  const site = useSite(alarm.siteId);
  const [length, setLength] = useState('');
  const [end, setEnd] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  // A second less than the longest, since the server's clock goes on until it reads this.
  const until = length === 'until' ? end : length === '' ? null : new Date(serverNow().getTime() + Math.min(Number(length) * 60_000, LONGEST_MS - 1_000)).toISOString();
  const endFault = until === null || Date.parse(until) - serverNow().getTime() > LONGEST_MS ? t('watch.shelve.end.missing') : undefined;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (until === null || endFault || reason.trim().length < 3) return;
    onDone(await sending.send({ id: alarm.id, until, reason: reason.trim() }));
  };
  return (
    <Question title={t('watch.shelve.title', { number: alarm.number })} act={t('watch.shelve.send')} onLeave={onLeave} onSubmit={submit} isBusy={sending.isBusy} problem={sending.problem}>
      <p className="t2">{t('watch.shelve.what')}</p>
      <ChoiceGroup label={t('watch.shelve.length')} value={length} onValue={setLength} choices={LENGTHS.map((value) => ({ value, title: t(`watch.shelve.${value}`) }))} error={isTried && length !== 'until' ? endFault : undefined} />
      {length === 'until' && <MomentField label={t('watch.shelve.end')} value={end} onValue={setEnd} timeZone={site?.timeZone ?? readersZone()} meaning="future" error={sending.problem?.of('/until') ?? (isTried ? endFault : undefined)} />}
      <TextField label={t('watch.reason')} value={reason} onValue={setReason} autoComplete="off" error={sending.problem?.of('/reason') ?? (isTried && reason.trim().length < 3 ? t('watch.reason.missing') : undefined)} />
    </Question>
  );
}
