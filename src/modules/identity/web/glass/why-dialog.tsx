import { type ReactNode, useState } from 'react';
import type { ProblemError } from '#platform/web/call.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextArea } from '#ui/field.tsx';
import { t } from './messages.en.ts';

type WhyDialogProps = { title: string; children?: ReactNode; sending: { isBusy: boolean; problem: ProblemError | null }; onSend: (why: string) => Promise<void>; onClose: () => void };

/** Asks why before something is done. */
export function WhyDialog({ title, children, sending: { isBusy, problem }, onSend, onClose }: WhyDialogProps) {
  const [why, setWhy] = useState('');
  const [isTried, setTried] = useState(false);
  const isShort = why.trim().length < 3;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (!isShort) await onSend(why.trim());
  };
  return (
    <Dialog title={title} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="danger" isBusy={isBusy}>{title}</Button><Button onClick={onClose}>{t('glass.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      {children}
      <TextArea label={t('glass.why')} rows={3} value={why} onValue={setWhy} error={problem?.of('/why') ?? (isTried && isShort ? t('glass.why.missing') : undefined)} />
    </Dialog>
  );
}
