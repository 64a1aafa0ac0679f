import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, FaultSummary, SelectField, TextField } from '#ui/field.tsx';
import { addCost, CostKind } from '../../cost-contract.ts';
import type { Money as Sum } from '../answers.ts';
import { MoneyInput } from '../field-input.tsx';
import css from '../incidents.module.css';
import { t } from './messages.en.ts';

export type Instead = { id: string; name: string };

/** Hours as people write them (`1.5`, `1,5`) in minutes; null where they are none. */
const minutesOf = (typed: string): number | null => {
  const hours = Number(typed.trim().replace(',', '.'));
  return typed.trim() === '' || !Number.isFinite(hours) || hours <= 0 ? null : Math.round(hours * 60);
};

/** Enters a cost: a bill, or hours that nobody measured; or a bill in the place of measured ones. */
export function CostDialog({ incidentId, instead, onClose }: { incidentId: string; instead: Instead | null; onClose: () => void }) {
  const adding = useSend('incidents', addCost);
  const [kind, setKind] = useState<CostKindKey>('service');
  const [description, setDescription] = useState('');
  const [reference, setReference] = useState('');
  const [sum, setSum] = useState<Sum | null>(null);
  const [hours, setHours] = useState('');
  const [isEstimate, setEstimate] = useState(false);
  const [isChecked, setChecked] = useState(false);
  const minutes = minutesOf(hours);
  const isHours = kind === 'hours';
  const add = async (): Promise<void> => {
    setChecked(true);
    if (description.trim() === '' || sum === null || (isHours && minutes === null)) return;
    const amount = isHours && minutes !== null ? { minutes, rateMinor: sum.amountMinor } : { amountMinor: sum.amountMinor };
    await adding.send({ id: incidentId, kind, description: description.trim(), reference: reference.trim(), currency: sum.currency, isEstimate, insteadOf: instead?.id ?? null, ...amount }).then(onClose, () => undefined);
  };
  return (
    <Dialog title={instead ? t('cost.add.instead', { name: instead.name }) : t('cost.add')} onClose={onClose} onSubmit={() => void add()} actions={<><Button onClick={onClose}>{t('cost.cancel')}</Button><Button type="submit" look="filled" isBusy={adding.isBusy}>{t('cost.add')}</Button></>}>
      <div className={css.form}>
        {adding.problem && <FaultSummary faults={adding.problem.errors} detail={adding.problem.detail} />}
        <TextField label={t('cost.what')} value={description} onValue={setDescription} maxLength={200} autoComplete="off" autoFocus error={isChecked && description.trim() === '' ? t('cost.what.missing') : undefined} />
        <SelectField label={t('cost.kind')} value={kind} onValue={(value) => setKind(CostKind.options.find((one) => one === value) ?? 'other')} choices={CostKind.options.map((value) => ({ value, title: t(`cost.kind.${value}`) }))} />
        {isHours && <TextField label={t('cost.hours.field')} inputMode="decimal" value={hours} onValue={setHours} autoComplete="off" error={isChecked && minutes === null ? t('cost.hours.unreadable') : undefined} />}
        <MoneyInput label={isHours ? t('cost.rate.field') : t('cost.amount')} value={sum} onValue={setSum} error={isChecked && sum === null ? t('cost.amount.missing') : undefined} />
        <TextField label={t('cost.reference')} help={t('cost.reference.help')} isOptional value={reference} onValue={setReference} maxLength={200} autoComplete="off" />
        <CheckField label={t('cost.guess')} isOn={isEstimate} onValue={setEstimate} />
      </div>
    </Dialog>
  );
}

type CostKindKey = (typeof CostKind.options)[number];
