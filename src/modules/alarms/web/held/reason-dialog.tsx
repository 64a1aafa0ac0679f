import { type ReactNode, useState } from 'react';
import type { ProblemError } from '#platform/web/call.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { t } from './messages.en.ts';

type ReasonDialogProps = { title: string; act: string; isBusy: boolean; problem: ProblemError | null; /** Sends with the reason; another fault is said beside its field. */ onSend: (reason: string) => Promise<void> | null; onClose: () => void; children?: ReactNode };

/** A step that needs a reason; what was refused is said over it. */
export function ReasonDialog({ title, act, isBusy, problem, onSend, onClose, children }: ReasonDialogProps) {
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const fault = reason.trim().length < 3 ? t('held.reason.missing') : undefined;
  const submit = (): void => {
    setTried(true);
    if (!fault) void onSend(reason.trim())?.catch(() => undefined);
  };
  return (
    <Dialog title={title} onClose={onClose} onSubmit={submit} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{act}</Button><Button onClick={onClose}>{t('held.cancel')}</Button></>}>
      {problem && <FaultSummary faults={[]} detail={problem.detail} />}
      {children}
      <TextField label={t('held.reason')} value={reason} onValue={setReason} autoComplete="off" error={problem?.of('/reason') ?? (isTried ? fault : undefined)} />
    </Dialog>
  );
}
