import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { reviseForm, type SheetDetail, signForm } from '../../form-contract.ts';
import css from './forms.module.css';
import { t } from './messages.en.ts';

type Props = { incidentId: string; sheet: SheetDetail; onClose: () => void };

export function SignDialog({ incidentId, sheet, onClose }: Props) {
  const signing = useSend('incidents', signForm);
  // What was read is what is signed.
  const [{ edition }] = useState(sheet);
  const sign = (): void => void signing.send({ id: incidentId, rowId: sheet.id, edition }).then(onClose, () => undefined);
  return (
    <Dialog title={t('forms.sign.title', { form: sheet.form })} onClose={onClose} onSubmit={sign} actions={<><Button onClick={onClose}>{t('forms.cancel')}</Button><Button type="submit" look="filled" isBusy={signing.isBusy}>{t('forms.sign')}</Button></>}>
      {signing.problem && <FaultSummary faults={[]} detail={signing.problem.detail} />}
      <p className="t2">{t('forms.sign.help')}</p>
    </Dialog>
  );
}

export function ReviseDialog({ incidentId, sheet, onClose, onMade }: Props & { onMade: (id: string) => void }) {
  const revising = useSend('incidents', reviseForm);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const lacks = reason.trim().length < 3;
  const submit = (): void => {
    setTried(true);
    if (!lacks) void revising.send({ id: incidentId, rowId: sheet.id, reason: reason.trim() }).then(({ rowId }) => { onClose(); if (rowId) onMade(rowId); }, () => undefined);
  };
  return (
    <Dialog title={t('forms.revise.title', { form: sheet.form })} onClose={onClose} onSubmit={submit} actions={<><Button onClick={onClose}>{t('forms.cancel')}</Button><Button type="submit" look="filled" isBusy={revising.isBusy}>{t('forms.revise')}</Button></>}>
      <div className={css.stack}>
        {revising.problem && <FaultSummary faults={[]} detail={revising.problem.detail} />}
        <TextField label={t('forms.reason')} value={reason} onValue={setReason} maxLength={1_000} autoComplete="off" error={isTried && lacks ? t('forms.reason.missing') : undefined} />
      </div>
    </Dialog>
  );
}

/** Behind a wall a paper says what it is for. */
export function PurposeDialog({ onClose, onPrint }: { onClose: () => void; onPrint: (purpose: string) => void }) {
  const [purpose, setPurpose] = useState('');
  const [isTried, setTried] = useState(false);
  const lacks = purpose.trim().length < 3;
  const submit = (): void => {
    setTried(true);
    if (lacks) return;
    onPrint(purpose.trim());
    onClose();
  };
  return (
    <Dialog title={t('forms.print')} onClose={onClose} onSubmit={submit} actions={<><Button onClick={onClose}>{t('forms.cancel')}</Button><Button type="submit" look="filled">{t('forms.print')}</Button></>}>
      <TextField label={t('forms.print.purpose')} help={t('forms.print.purpose.help')} value={purpose} onValue={setPurpose} maxLength={200} autoComplete="off" error={isTried && lacks ? t('forms.print.purpose.missing') : undefined} />
    </Dialog>
  );
}
