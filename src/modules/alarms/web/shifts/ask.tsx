import type { ReactNode } from 'react';
import type { ProblemError } from '#platform/web/call.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary } from '#ui/field.tsx';
import { t } from './messages.en.ts';

type AskProps = { title: string; act: string; look?: 'filled' | 'danger'; size?: 'normal' | 'wide'; onClose: () => void; onSubmit: () => Promise<void>; isBusy: boolean; problem: ProblemError | null; children: ReactNode; more?: ReactNode };

/** A question of the desk with its one next action; a refusal is said over it and nothing that was written is lost. */
export const Ask = ({ title, act, look = 'filled', size = 'normal', onClose, onSubmit, isBusy, problem, children, more }: AskProps) => (
  <Dialog
    title={title} size={size} onClose={onClose} onSubmit={() => void onSubmit().catch(() => undefined)}
    actions={<><Button type="submit" look={look} size="large" isBusy={isBusy}>{act}</Button>{more}<Button size="large" onClick={onClose}>{t('duty.cancel')}</Button></>}
  >
    {problem && <FaultSummary faults={[]} detail={problem.detail} />}
    {children}
  </Dialog>
);

export const SHORTEST = 3;
