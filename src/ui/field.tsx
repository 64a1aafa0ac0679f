import { type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes, type TextareaHTMLAttributes, useEffect, useId, useRef } from 'react';
import type { FieldFault } from '#platform/web/call.ts';
import { cx } from './class-names.ts';
import css from './field.module.css';
import { Icon } from './icon.tsx';
import { t } from './messages.en.ts';

type Around = {
  label: string;
  /** One line below the label that says what is wanted. */
  help?: ReactNode;
  /** What is wrong and what to do; beside the field, said with it. */
  error?: string | undefined;
  /** Stands inside the field, at its end. */
  unit?: string;
  isOptional?: boolean;
};

type FieldProps = Around & { children: (given: { id: string; describedBy: string | undefined; isInvalid: true | undefined }) => ReactNode; note?: ReactNode };

/** A label, its help, a control and its error, tied together for readers. The other fields stand on it. */
export function Field({ label, help, error, unit, isOptional = false, note, children }: FieldProps) {
  const id = useId();
  const describedBy = [help && `${id}h`, unit && `${id}u`, error && `${id}e`, note && `${id}n`].filter(Boolean).join(' ') || undefined;
  return (
    <div className={css.field} data-fault={error ? '' : undefined}>
      <label className={css.label} htmlFor={id}>
        {label}
        {isOptional && <span className="t3"> {t('ui.field.optional')}</span>}
      </label>
      {help && <p className={css.help} id={`${id}h`}>{help}</p>}
      <div className={cx(css.box, unit && css.hasUnit)}>
        {children({ id, describedBy, isInvalid: error ? true : undefined })}
        {unit && <span className={css.unit} id={`${id}u`}>{unit}</span>}
      </div>
      {error && (
        <p className={css.error} id={`${id}e`}>
          <Icon name="warning" size={13} />
          {error}
        </p>
      )}
      {note && <div className={css.note} id={`${id}n`}>{note}</div>}
    </div>
  );
}

type Own = Around & { value: string; onValue: (value: string) => void; /** Told on leaving the field: the moment to check it. */ onLeave?: () => void };
type Without<T> = Omit<T, 'value' | 'onChange' | 'onBlur' | 'children' | 'className'>;

/** One line of text. */
export const TextField = ({ label, help, error, unit, isOptional, value, onValue, onLeave, ref, ...rest }: Own & Without<InputHTMLAttributes<HTMLInputElement>> & { ref?: Ref<HTMLInputElement> }) => (
  <Field label={label} help={help} error={error} {...(unit && { unit })} {...(isOptional && { isOptional })}>
    {({ id, describedBy, isInvalid }) => <input ref={ref} id={id} className={css.input} aria-describedby={describedBy} aria-invalid={isInvalid} value={value} onChange={(event) => onValue(event.target.value)} onBlur={onLeave} {...rest} />}
  </Field>
);

/** A number, typed as text with the right keys on a phone; the page reads it. Its unit stands inside. */
export const NumberField = (props: Parameters<typeof TextField>[0]) => <TextField inputMode="decimal" autoComplete="off" {...props} />;

/** Several lines. */
export const TextArea = ({ label, help, error, isOptional, value, onValue, onLeave, rows = 4, ...rest }: Own & Without<TextareaHTMLAttributes<HTMLTextAreaElement>>) => (
  <Field label={label} help={help} error={error} {...(isOptional && { isOptional })}>
    {({ id, describedBy, isInvalid }) => <textarea id={id} rows={rows} className={css.input} aria-describedby={describedBy} aria-invalid={isInvalid} value={value} onChange={(event) => onValue(event.target.value)} onBlur={onLeave} {...rest} />}
  </Field>
);

export type Choice = { value: string; title: string; isDisabled?: boolean };

type SelectProps = Own & Without<SelectHTMLAttributes<HTMLSelectElement>> & { choices: readonly Choice[]; placeholder?: string };

/** One of a few, by the browser's own list; for one of many with search there is `Picker`. */
export const SelectField = ({ label, help, error, isOptional, value, onValue, onLeave, choices, placeholder, ...rest }: SelectProps) => (
  <Field label={label} help={help} error={error} {...(isOptional && { isOptional })}>
    {({ id, describedBy, isInvalid }) => (
      <select id={id} className={css.input} aria-describedby={describedBy} aria-invalid={isInvalid} value={value} onChange={(event) => onValue(event.target.value)} onBlur={onLeave} {...rest}>
        {placeholder !== undefined && <option value="">{placeholder}</option>}
        {choices.map((choice) => <option key={choice.value} value={choice.value} disabled={choice.isDisabled}>{choice.title}</option>)}
      </select>
    )}
  </Field>
);

type ChoiceGroupProps = Omit<Own, 'unit'> & { choices: readonly (Choice & { hint?: string })[] };

/** Answers that weigh the same: no colour and none preselected unless it was already given. */
export function ChoiceGroup({ label, help, error, value, onValue, choices }: ChoiceGroupProps) {
  const id = useId();
  return (
    <fieldset className={css.field} data-fault={error ? '' : undefined} aria-describedby={cx(help ? `${id}h` : null, error ? `${id}e` : null) || undefined}>
      <legend className={css.label}>{label}</legend>
      {help && <p className={css.help} id={`${id}h`}>{help}</p>}
      <div className={css.choices}>
        {choices.map((choice) => (
          <label key={choice.value} className={css.choice}>
            <input type="radio" name={id} checked={value === choice.value} disabled={choice.isDisabled} onChange={() => onValue(choice.value)} />
            <span>{choice.title}</span>
            {choice.hint && <span className="t3 small">{choice.hint}</span>}
          </label>
        ))}
      </div>
      {error && <p className={css.error} id={`${id}e`}><Icon name="warning" size={13} />{error}</p>}
    </fieldset>
  );
}

/** Yes or no, with its words beside it. */
export const CheckField = ({ label, isOn, onValue, isDisabled = false }: { label: ReactNode; isOn: boolean; onValue: (isOn: boolean) => void; isDisabled?: boolean }) => (
  <label className={css.check}>
    <input type="checkbox" checked={isOn} disabled={isDisabled} onChange={(event) => onValue(event.target.checked)} />
    <span>{label}</span>
  </label>
);

/** What was filled in for the person, as text with "Change". */
export const FilledIn = ({ label, value, onChange }: { label: string; value: ReactNode; onChange?: () => void }) => (
  <div className={css.field}>
    <span className={css.label}>{label}</span>
    <span className="row">
      <span>{value}</span>
      {onChange && <button type="button" className={css.change} onClick={onChange}>{t('ui.field.change')}<span className="unseen"> {label}</span></button>}
    </span>
  </div>
);

/** What is to be mended, over the form; it takes the focus when it comes. Give the faults of a problem, or the detail alone. */
export function FaultSummary({ faults, detail }: { faults: readonly FieldFault[]; detail?: string | undefined }) {
  const box = useRef<HTMLDivElement>(null);
  const words = [detail ?? '', ...faults.map((fault) => fault.detail)].join('\n');
  useEffect(() => {
    if (words !== '') box.current?.focus();
  }, [words]);
  if (faults.length === 0 && !detail) return null;
  const more = faults.filter((fault) => fault.detail !== detail);
  return (
    <div ref={box} className={css.summary} role="alert" tabIndex={-1}>
      <Icon name="warning" />
      <div>
        <p className="strong">{detail ?? t('ui.form.faults', { n: faults.length })}</p>
        {more.length > 0 && <ul>{more.map((fault) => <li key={`${fault.pointer}${fault.detail}`}>{fault.detail}</li>)}</ul>}
      </div>
    </div>
  );
}
