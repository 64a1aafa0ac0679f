import { type ReactNode, useState } from 'react';
import type { ProblemError } from '#platform/web/call.ts';
import { DecisionOutcome } from '#platform/two-person/web/public.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextArea } from '#ui/field.tsx';
import { t } from './messages.en.ts';

export type Proposed = { decisionId: string; state: 'waiting' | 'alone' };
type ReasonDialogProps = { title: string; words?: string; children?: ReactNode; isBusy: boolean; problem: ProblemError | null; isFit?: boolean; onTried?: () => void; onPropose: (reason: string) => Promise<Proposed>; onClose: () => void };

/** Something that two people decide: what, why, and where it waits afterwards. */
export function ReasonDialog({ title, words, children, isBusy, problem, isFit = true, onTried, onPropose, onClose }: ReasonDialogProps) {
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const [outcome, setOutcome] = useState<Proposed | null>(null);
  const isMissing = reason.trim().length < 3;
  const submit = async (): Promise<void> => {
    setTried(true);
    onTried?.();
    if (isMissing || !isFit) return;
    setOutcome(await onPropose(reason));
  };
  if (outcome) return <Dialog title={title} onClose={onClose} actions={<Button onClick={onClose}>{t('retention.cancel')}</Button>}><DecisionOutcome {...outcome} /></Dialog>;
  return (
    <Dialog title={title} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('retention.propose')}</Button><Button onClick={onClose}>{t('retention.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      {words && <p>{words}</p>}
      {children}
      <TextArea label={t('retention.reason')} help={t('retention.reason.help')} value={reason} onValue={setReason} rows={3} error={isTried && isMissing ? t('retention.reason.missing') : undefined} />
    </Dialog>
  );
}
