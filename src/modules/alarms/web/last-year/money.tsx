import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { CheckField, FaultSummary, NumberField, TextField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Tag } from '#ui/tag.tsx';
import { moneyWords } from '#ui/times.ts';
import { type Analysis, setCost } from '../../past-contract.ts';
import css from './last-year.module.css';
import { t } from './messages.en.ts';

/** What one false alarm costs, as far as anybody said. */
export type Each = { minor: number; currency: string };

export function eachOf({ cost, reckoning }: Analysis): Each | null {
  if (cost) return { minor: cost.eachMinor, currency: cost.currency };
  return reckoning && { minor: reckoning.eachMinor, currency: reckoning.currency };
}

/** So many false alarms in money; null where nobody said what one costs. */
export const moneyOf = (each: Each | null, count: number): string | null => each && moneyWords({ minor: each.minor * count, currency: each.currency });

const digitsOf = (currency: string): number => {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
};
const plainOf = (minor: number, currency: string): string => (minor / 10 ** digitsOf(currency)).toFixed(minor % 10 ** digitsOf(currency) === 0 ? 0 : digitsOf(currency));
const numberIn = (text: string): number | null => (/^\d{1,9}([.,]\d{1,3})?$/.test(text.trim()) ? Number(text.trim().replace(',', '.')) : null);

/** What one costs: said, reckoned by the register of devices, or still to be said. */
export function CostPanel({ analysis, mayChange }: { analysis: Analysis; mayChange: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const { cost, reckoning } = analysis;
  return (
    <Panel title={t('past.cost')} actions={mayChange && !isOpen && <Button onClick={() => setOpen(true)}>{t(cost ? 'past.cost.change' : 'past.cost.edit')}</Button>}>
      {isOpen ? <CostForm analysis={analysis} onDone={() => setOpen(false)} /> : (
        <div className={css.body}>
          {cost && <p>{t('past.cost.each', { each: moneyWords({ minor: cost.eachMinor, currency: cost.currency }), minutes: cost.minutes, hour: moneyWords({ minor: cost.hourMinor, currency: cost.currency }), percent: cost.dispatchPercent, dispatch: moneyWords({ minor: cost.dispatchMinor, currency: cost.currency }) })} {cost.isAssumption && <Tag look="p3">{t('past.cost.assumption')}</Tag>} <span className="t2">{t('past.cost.basis', { basis: cost.basis })}</span></p>}
          {!cost && <p>{reckoning ? t('past.cost.reckoned', { each: moneyWords({ minor: reckoning.eachMinor, currency: reckoning.currency }), basis: reckoning.basis }) : t('past.cost.none')}</p>}
        </div>
      )}
    </Panel>
  );
}

function CostForm({ analysis: { id, cost, answer }, onDone }: { analysis: Analysis; onDone: () => void }) {
  const { send, isBusy, problem } = useSend('alarms', setCost);
  const [currency, setCurrency] = useState(cost?.currency ?? '');
  const [texts, setTexts] = useState({
    minutes: cost ? String(cost.minutes) : '', hour: cost ? plainOf(cost.hourMinor, cost.currency) : '', dispatch: cost ? plainOf(cost.dispatchMinor, cost.currency) : '', percent: cost ? String(cost.dispatchPercent) : '', basis: cost?.basis ?? '',
  });
  const [isAssumption, setAssumption] = useState(cost?.isAssumption ?? true);
  const [isTried, setTried] = useState(false);
  const put = (field: keyof typeof texts) => (value: string): void => setTexts({ ...texts, [field]: value });
  const faultOf = (field: 'minutes' | 'hour' | 'dispatch' | 'percent'): string | undefined => (isTried && numberIn(texts[field]) === null ? t('past.cost.number') : undefined);
  const submit = async (): Promise<void> => {
    setTried(true);
    const [minutes, hour, dispatch, percent] = [numberIn(texts.minutes), numberIn(texts.hour), numberIn(texts.dispatch), numberIn(texts.percent)];
    if (minutes === null || hour === null || dispatch === null || percent === null) return;
    const unit = 10 ** digitsOf(currency.toUpperCase());
    await send({ id, currency: currency.toUpperCase(), minutes, hourMinor: Math.round(hour * unit), dispatchMinor: Math.round(dispatch * unit), dispatchPercent: percent, isAssumption, basis: texts.basis });
    onDone();
  };
  return (
    <form className={css.body} onSubmit={(event) => (event.preventDefault(), void submit().catch(() => undefined))}>
      {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
      <div className={css.map}>
        <TextField label={t('past.cost.currency')} value={currency} onValue={setCurrency} maxLength={3} error={problem?.of('/currency')} />
        <NumberField label={t('past.cost.minutes')} help={answer?.medianMinutes === null || answer === null ? undefined : t('past.cost.minutes.help', { n: answer.medianMinutes })} value={texts.minutes} onValue={put('minutes')} error={faultOf('minutes') ?? problem?.of('/minutes')} />
        <NumberField label={t('past.cost.hour')} value={texts.hour} onValue={put('hour')} error={faultOf('hour')} />
        <NumberField label={t('past.cost.dispatch')} value={texts.dispatch} onValue={put('dispatch')} error={faultOf('dispatch')} />
        <NumberField label={t('past.cost.percent')} value={texts.percent} onValue={put('percent')} error={faultOf('percent') ?? problem?.of('/dispatchPercent')} />
        <TextField label={t('past.cost.basis.field')} value={texts.basis} onValue={put('basis')} maxLength={500} error={problem?.of('/basis')} />
      </div>
      <CheckField label={t('past.cost.is-assumption')} isOn={isAssumption} onValue={setAssumption} />
      <div className="row"><Button type="submit" look="filled" isBusy={isBusy}>{t('past.save')}</Button><Button onClick={onDone}>{t('past.cancel')}</Button></div>
    </form>
  );
}
