import type { ReactNode } from 'react';
import type { ProblemError } from '#platform/web/call.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary } from '#ui/field.tsx';
import type { Alarm } from '../contract.ts';
import { t } from './messages.en.ts';

/** What each question about an alarm is given. */
export type QuestionProps = { alarm: Alarm; onLeave: () => void; onDone: (alarm: Alarm) => void };

type FrameProps = { title: string; act: string; onLeave: () => void; onSubmit: () => Promise<void>; isBusy: boolean; problem: ProblemError | null; children: ReactNode };

/** A question with its one next action; a refusal is said over it and nothing that was written is lost. */
export const Question = ({ title, act, onLeave, onSubmit, isBusy, problem, children }: FrameProps) => (
  <Dialog
    title={title}
    onClose={onLeave}
    onSubmit={() => void onSubmit().catch(() => undefined)}
    actions={
      <>
        <Button type="submit" look="filled" size="large" isBusy={isBusy}>{act}</Button>
        <Button size="large" onClick={onLeave}>{t('watch.cancel')}</Button>
      </>
    }
  >
    {problem && <FaultSummary faults={[]} detail={problem.detail} />}
    {children}
  </Dialog>
);
