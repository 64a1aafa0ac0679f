import { useState } from 'react';
import { Button } from '#ui/button.tsx';
import { Field, SelectField, TextArea, TextField } from '#ui/field.tsx';
import fieldCss from '#ui/field.module.css';
import { MomentField } from '#ui/moment-field.tsx';
import type { AskedField } from '../contract.ts';
import { readAmount, writeAmount } from './amount.ts';
import { isMoney, isStated, type Money } from './answers.ts';
import css from './incidents.module.css';
import { t } from './messages.en.ts';

type FieldInputProps = { field: AskedField; value: unknown; onValue: (value: unknown) => void; timeZone: string; error?: string | undefined };

/** A field of the classification by its kind; where it may be said, “none” and “not known” are answers of the same weight. */
export function FieldInput(props: FieldInputProps) {
  const { field, value, onValue } = props;
  const stated = isStated(value) ? value.stated : null;
  return (
    <div className={css.asked} id={`field-${field.key}`}>
      {stated === null ? <ValueInput {...props} /> : <Field label={field.label} error={props.error}>{({ id }) => <output id={id} className={css.statedWords}>{t(`incidents.stated.${stated}`)}</output>}</Field>}
      {field.may && (
        <span className={css.instead} role="group" aria-label={t('incidents.instead', { field: field.label })}>
          {field.may.map((word) => <Button key={word} look="quiet" aria-pressed={stated === word} onClick={() => onValue(stated === word ? null : { stated: word })}>{t(`incidents.stated.${word}`)}</Button>)}
        </span>
      )}
    </div>
  );
}

function ValueInput({ field, value, onValue, timeZone, error }: FieldInputProps) {
  const common = { label: field.label, error, ...(field.hint && { help: field.hint }), ...(!field.required && { isOptional: true }) };
  const text = typeof value === 'string' ? value : '';
  if (field.kind === 'narrative') return <TextArea {...common} value={text} onValue={(next) => onValue(next === '' ? null : next)} maxLength={20_000} />;
  if (field.kind === 'datetime') return <MomentField label={field.label} error={error} timeZone={timeZone} meaning={field.key === 'afterActionAt' ? 'future' : 'past'} value={text || null} onValue={onValue} {...(!field.required && { isOptional: true })} />;
  if (field.kind === 'choice') return <SelectField {...common} value={text} onValue={(next) => onValue(next === '' ? null : next)} choices={(field.options ?? []).map(({ key, title }) => ({ value: key, title }))} placeholder={t('incidents.choose')} />;
  if (field.kind === 'number') return <NumberInput {...common} value={typeof value === 'number' ? value : null} onValue={onValue} />;
  if (field.kind === 'money') return <MoneyInput label={field.label} error={error} value={isMoney(value) ? value : null} onValue={onValue} />;
  return <TextField {...common} value={text} onValue={(next) => onValue(next === '' ? null : field.kind === 'country' ? next.toUpperCase() : next)} maxLength={field.kind === 'country' ? 2 : 500} autoComplete="off" />;
}

function NumberInput({ value, onValue, ...rest }: { label: string; error?: string | undefined; value: number | null; onValue: (value: number | null) => void }) {
  const [typed, setTyped] = useState(value === null ? '' : String(value));
  const leave = (): void => onValue(typed.trim() === '' || Number.isNaN(Number(typed)) ? null : Number(typed));
  return <TextField {...rest} inputMode="decimal" autoComplete="off" value={typed} onValue={setTyped} onLeave={leave} />;
}

type MoneyInputProps = { label: string; error?: string | undefined; value: Money | null; onValue: (value: Money | null) => void };

/** An amount and its currency beside it. */
export function MoneyInput({ label, error, value, onValue }: MoneyInputProps) {
  const [currency, setCurrency] = useState(value?.currency ?? lastCurrency());
  const [typed, setTyped] = useState(value ? writeAmount(value.amountMinor, value.currency) : '');
  const [fault, setFault] = useState<string>();
  const settle = (text: string, code: string): void => {
    const minor = readAmount(text, code);
    setFault(text.trim() !== '' && minor === null ? t('incidents.amount.unreadable') : undefined);
    onValue(minor === null ? null : { amountMinor: minor, currency: code });
  };
  return (
    <Field label={label} error={fault ?? error}>
      {({ id, describedBy, isInvalid }) => (
        <span className={css.money}>
          <input id={id} className={fieldCss.input} inputMode="decimal" autoComplete="off" aria-describedby={describedBy} aria-invalid={isInvalid} value={typed} onChange={(event) => { setTyped(event.target.value); settle(event.target.value, currency); }} />
          <select className={fieldCss.input} aria-label={t('incidents.currency', { field: label })} value={currency} onChange={(event) => { setCurrency(event.target.value); rememberCurrency(event.target.value); settle(typed, event.target.value); }}>
            {CURRENCIES.map((code) => <option key={code}>{code}</option>)}
          </select>
        </span>
      )}
    </Field>
  );
}

const FIRST = ['EUR', 'USD', 'GBP', 'CHF'];
const CURRENCIES: readonly string[] = [...FIRST, ...Intl.supportedValuesOf('currency').filter((code) => !FIRST.includes(code))];
const REMEMBERED = 'incidents.currency';
export const lastCurrency = (): string => localStorage.getItem(REMEMBERED) ?? 'EUR';
export const rememberCurrency = (currency: string): void => localStorage.setItem(REMEMBERED, currency);
