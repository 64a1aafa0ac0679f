import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { strikeLogEntry, strikeLoss, strikePerson, strikeThing } from '../contract.ts';
import css from './incidents.module.css';
import { t } from './messages.en.ts';

/** A line that can be struck, with the words that say which. */
export type Strikable = { kind: 'log' | 'people' | 'things' | 'losses'; id: string; words: string };

const VERBS = { log: strikeLogEntry, people: strikePerson, things: strikeThing, losses: strikeLoss } as const;

/** Strikes a line with a reason; it stays and shows struck. */
export function StrikeDialog({ incidentId, line, onClose }: { incidentId: string; line: Strikable; onClose: () => void }) {
  const striking = useSend('incidents', VERBS[line.kind]);
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const lacks = reason.trim().length < 3;
  const strike = async (): Promise<void> => {
    setChecked(true);
    if (lacks) return;
    await striking.send({ id: incidentId, rowId: line.id, reason: reason.trim() }).then(onClose, () => undefined);
  };
  return (
    <Dialog title={t('incidents.strike.title')} onClose={onClose} onSubmit={() => void strike()} actions={<><Button onClick={onClose}>{t('incidents.cancel')}</Button><Button type="submit" look="filled" isBusy={striking.isBusy}>{t('incidents.strike')}</Button></>}>
      <div className={css.form}>
        {striking.problem && <FaultSummary faults={[]} detail={striking.problem.detail} />}
        <blockquote className={css.quote}>{line.words}</blockquote>
        <p className="t2">{t('incidents.strike.help')}</p>
        <TextField label={t('incidents.strike.reason')} value={reason} onValue={setReason} maxLength={1_000} error={isChecked && lacks ? t('incidents.reason.missing') : undefined} />
      </div>
    </Dialog>
  );
}
