import { useState } from 'react';
import { useRead, useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, SelectField, TextField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Money, TwoTimes } from '#ui/time.tsx';
import { type HourlyRate, listRates, RateOf, setRate, strikeRate } from '../../cost-contract.ts';
import type { Money as Sum } from '../answers.ts';
import { MoneyInput } from '../field-input.tsx';
import css from '../incidents.module.css';
import { t } from './messages.en.ts';

/** What an hour costs, for every incident; setting one, and taking back what was set by mistake. */
export function RatesDialog({ onClose }: { onClose: () => void }) {
  const reading = useRead('incidents', listRates, {});
  return (
    <Dialog size="wide" title={t('cost.rates')} onClose={onClose} actions={<Button onClick={onClose}>{t('cost.rates.done')}</Button>}>
      <p className="t2">{t('cost.rates.said')}</p>
      <Asked reading={reading}>
        {({ items }) => (items.length === 0 ? <Empty>{t('cost.rates.none')}</Empty> : <ul className={css.items} aria-label={t('cost.rates')}>{items.map((rate) => <One key={rate.id} rate={rate} />)}</ul>)}
      </Asked>
      <RateForm />
    </Dialog>
  );
}

function One({ rate }: { rate: HourlyRate }) {
  const striking = useSend('incidents', strikeRate);
  const words = [t(`cost.rates.what.${rate.what}`), rate.agency].filter(Boolean).join(', ');
  return (
    <li className={css.item}>
      <div className={css.itemWords}>
        {striking.problem && <FaultSummary faults={[]} detail={striking.problem.detail} />}
        <div>{words} <b><Money minor={rate.rateMinor} currency={rate.currency} /></b></div>
        <div className="small t2">{t('cost.rates.from')} <TwoTimes at={rate.validFrom} siteZone={undefined} /> · {rate.setBy}</div>
      </div>
      <Button look="quiet" isBusy={striking.isBusy} onClick={() => void striking.send({ id: rate.id }).catch(() => undefined)} aria-label={t('cost.rates.back.of', { what: words })}>{t('cost.rates.back')}</Button>
    </li>
  );
}

function RateForm() {
  const setting = useSend('incidents', setRate);
  const [what, setWhat] = useState<(typeof RateOf.options)[number]>('team');
  const [agency, setAgency] = useState('');
  const [sum, setSum] = useState<Sum | null>(null);
  const [from, setFrom] = useState<string | null>(null);
  const [isChecked, setChecked] = useState(false);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (sum === null || from === null) return;
    await setting.send({ what, agency: agency.trim(), rateMinor: sum.amountMinor, currency: sum.currency, validFrom: from }).then(() => { setAgency(''); setChecked(false); }, () => undefined);
  };
  return (
    <Form className={css.form} onSubmit={() => void save()} aria-label={t('cost.rates.add')}>
      {setting.problem && <FaultSummary faults={setting.problem.errors} detail={setting.problem.detail} />}
      <SelectField label={t('cost.rates.what')} value={what} onValue={(value) => setWhat(RateOf.options.find((one) => one === value) ?? 'team')} choices={RateOf.options.map((value) => ({ value, title: t(`cost.rates.what.${value}`) }))} />
      <TextField label={t('cost.rates.agency')} help={t('cost.rates.agency.help')} isOptional value={agency} onValue={setAgency} maxLength={120} autoComplete="off" />
      <MoneyInput label={t('cost.rate')} value={sum} onValue={setSum} error={isChecked && sum === null ? t('cost.amount.missing') : undefined} />
      <MomentField label={t('cost.rates.from')} value={from} onValue={setFrom} timeZone={Intl.DateTimeFormat().resolvedOptions().timeZone} error={isChecked && from === null ? t('cost.rates.from.missing') : undefined} />
      <div className={css.formFoot}><Button type="submit" isBusy={setting.isBusy}>{t('cost.rates.set')}</Button></div>
    </Form>
  );
}
