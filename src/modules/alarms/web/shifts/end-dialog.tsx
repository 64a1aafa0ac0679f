import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { TextField } from '#ui/field.tsx';
import { endShift, type LogLine, type Shift, strikeEntry } from '../../shift-contract.ts';
import { Ask, SHORTEST } from './ask.tsx';
import { t } from './messages.en.ts';
import css from './shifts.module.css';

function useReason() {
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const isMissing = reason.trim().length < SHORTEST;
  return { reason: reason.trim(), isMissing, trying: () => setTried(true), field: (fault: string | undefined) => <TextField label={t('shifts.reason')} value={reason} onValue={setReason} maxLength={1000} autoComplete="off" error={fault ?? (isTried && isMissing ? t('duty.reason.missing') : undefined)} /> };
}

/** A supervisor ends the shift of another, with the reason. */
export function EndDialog({ shift: { id, person: { name } }, onClose }: { shift: Shift; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('alarms', endShift);
  const { reason, isMissing, trying, field } = useReason();
  const submit = async (): Promise<void> => {
    trying();
    if (isMissing) return;
    await send({ id, reason });
    announce(t('shifts.end.done'));
    onClose();
  };
  return (
    <Ask title={t('shifts.end.title', { name })} act={t('shifts.end')} look="danger" onClose={onClose} onSubmit={submit} isBusy={isBusy} problem={problem}>
      <p>{t('shifts.end.what', { name })}</p>
      {field(problem?.of('/reason'))}
    </Ask>
  );
}

/** Strikes an entry of the log, with the reason. */
export function StrikeDialog({ shiftId, line, onClose }: { shiftId: string; line: LogLine; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('alarms', strikeEntry);
  const { reason, isMissing, trying, field } = useReason();
  const submit = async (): Promise<void> => {
    trying();
    if (isMissing) return;
    await send({ id: shiftId, rowId: line.id, reason });
    announce(t('shifts.log.strike.done'));
    onClose();
  };
  return (
    <Ask title={t('shifts.log.strike.of')} act={t('shifts.log.strike')} look="danger" onClose={onClose} onSubmit={submit} isBusy={isBusy} problem={problem}>
      <blockquote className={css.words}>{line.words}</blockquote>
      <p className="t2">{t('shifts.log.strike.what')}</p>
      {field(problem?.of('/reason'))}
    </Ask>
  );
}
