import { type ReactNode, useState } from 'react';
import type { ProblemError } from '#platform/web/call.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextArea } from '#ui/field.tsx';
import { t } from './messages.en.ts';

type WordsDialogProps = { title: string; label: string; help?: string; act: string; children?: ReactNode; isBusy: boolean; problem: ProblemError | null; onSend: (words: string) => Promise<unknown>; onClose: () => void };

/** One step that needs words: how, why, on which ground. Who sends it closes it. */
export function WordsDialog({ title, label, help, act, children, isBusy, problem, onSend, onClose }: WordsDialogProps) {
  const [words, setWords] = useState('');
  const [isTried, setTried] = useState(false);
  const isMissing = words.trim().length < 3;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (isMissing) return;
    await onSend(words.trim());
  };
  return (
    <Dialog title={title} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{act}</Button><Button onClick={onClose}>{t('subjects.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      {children}
      <TextArea label={label} help={help} value={words} onValue={setWords} rows={3} maxLength={600} error={isTried && isMissing ? t('subjects.missing') : undefined} />
    </Dialog>
  );
}
