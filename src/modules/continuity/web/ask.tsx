import { type ReactNode, useState } from 'react';
import type { ProblemError } from '#platform/web/call.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary } from '#ui/field.tsx';
import type { ProcessDetail } from '../contract.ts';
import { t } from './messages.en.ts';

export type Props = { process: ProcessDetail; onClose: () => void };
type AskProps = { title: string; does: string; sending: { isBusy: boolean; problem: ProblemError | null }; /** Sends, or answers null where something is missing. */ send: () => Promise<ProcessDetail> | null; onClose: () => void; onDone?: (after: ProcessDetail) => void; isDanger?: boolean; size?: 'wide'; children: (isTried: boolean) => ReactNode };

/** A question whose answer changes a process. */
export function Ask({ title, does, sending, send, onClose, onDone, isDanger = false, size, children }: AskProps) {
  const [isTried, setTried] = useState(false);
  const submit = (): void => {
    setTried(true);
    void send()?.then((after) => {
      announce(t('continuity.saved', { number: after.number }));
      onDone?.(after);
      onClose();
    }).catch(() => undefined);
  };
  return (
    <Dialog title={title} onClose={onClose} onSubmit={submit} {...(size && { size })} actions={<><Button type="submit" look={isDanger ? 'danger' : 'filled'} isBusy={sending.isBusy}>{does}</Button><Button onClick={onClose}>{t('continuity.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={sending.problem?.detail} />
      {children(isTried)}
    </Dialog>
  );
}
