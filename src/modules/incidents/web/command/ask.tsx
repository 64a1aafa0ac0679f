import type { ReactNode } from 'react';
import type { ProblemError } from '#platform/web/call.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary } from '#ui/field.tsx';
import css from './command.module.css';
import { t } from './messages.en.ts';

type AskProps = { title: string; words: string; sending: { isBusy: boolean; problem: ProblemError | null }; onClose: () => void; onSave: () => void; children: ReactNode; isDanger?: boolean; size?: 'normal' | 'wide'; beside?: ReactNode };

/** A question of the board: what was refused, the fields, and one verb. */
export const Ask = ({ title, words, sending, onClose, onSave, children, isDanger = false, size = 'normal', beside }: AskProps) => (
  <Dialog title={title} size={size} onClose={onClose} onSubmit={onSave} actions={<><Button onClick={onClose}>{t('command.cancel')}</Button>{beside}<Button type="submit" look={isDanger ? 'danger' : 'filled'} isBusy={sending.isBusy}>{words}</Button></>}>
    <div className={css.form}>
      {sending.problem && <FaultSummary faults={sending.problem.errors} detail={sending.problem.detail} />}
      {children}
    </div>
  </Dialog>
);

export const isShort = (text: string): boolean => text.trim().length < 3;
