import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, SelectField, TextArea } from '#ui/field.tsx';
import { type Classification, closeIncident, type Incident } from '../contract.ts';
import css from './incidents.module.css';
import { t } from './messages.en.ts';

type CloseDialogProps = { incident: Incident; classification: Classification; onClose: () => void; onJump: (field: string) => void };

/** Closes the incident; while something is missing, it lists what, and each line leads there. */
export function CloseDialog({ incident, classification, onClose, onJump }: CloseDialogProps) {
  const closing = useSend('incidents', closeIncident);
  const [reason, setReason] = useState('');
  const [summary, setSummary] = useState('');
  const [isChecked, setChecked] = useState(false);
  const isComplete = incident.missing.length === 0;
  const lacksSummary = summary.trim().length < 10;
  const close = async (): Promise<void> => {
    setChecked(true);
    if (!isComplete || reason === '' || lacksSummary) return;
    await closing.send({ id: incident.id, reason, summary: summary.trim() }).then(() => {
      announce(t('incidents.close.done', { number: incident.number }));
      onClose();
    }, () => undefined);
  };
  if (!isComplete) return <MissingDialog incident={incident} onClose={onClose} onJump={onJump} />;
  return (
    <Dialog title={t('incidents.close.title', { number: incident.number })} onClose={onClose} onSubmit={() => void close()} actions={<><Button onClick={onClose}>{t('incidents.cancel')}</Button><Button type="submit" look="filled" isBusy={closing.isBusy}>{t('incidents.close')}</Button></>}>
      <div className={css.form}>
        {closing.problem && <FaultSummary faults={closing.problem.errors} detail={closing.problem.detail} />}
        <p className="t2">{t('incidents.close.help')}</p>
        <SelectField label={t('incidents.close.reason')} value={reason} onValue={setReason} placeholder={t('incidents.choose')} choices={classification.closureReasons.map(({ key, title }) => ({ value: key, title }))} error={isChecked && reason === '' ? t('incidents.close.reason.missing') : undefined} />
        <TextArea label={t('incidents.close.summary')} help={t('incidents.close.summary.help')} value={summary} onValue={setSummary} maxLength={4_000} error={isChecked && lacksSummary ? t('incidents.close.summary.missing') : undefined} />
      </div>
    </Dialog>
  );
}

const MissingDialog = ({ incident, onClose, onJump }: Omit<CloseDialogProps, 'classification'>) => (
  <Dialog title={t('incidents.close.missing', { n: incident.missing.length })} onClose={onClose} actions={<Button onClick={onClose}>{t('incidents.cancel')}</Button>}>
    <ul className={css.missing}>
      {incident.missing.map(({ field, label, detail }) => (
        <li key={`${field}${label}`}>
          <button type="button" onClick={() => onJump(field)}>
            <b>{label}</b>
            <span className="t2">{detail}</span>
          </button>
        </li>
      ))}
    </ul>
  </Dialog>
);
