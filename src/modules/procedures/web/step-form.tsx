import { Button } from '#ui/button.tsx';
import { CheckField, NumberField, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { STEP_KINDS, type StepKind } from '../rules.ts';
import type { StepDraft } from './drafting.ts';
import { t } from './messages.en.ts';
import css from './procedure.module.css';

type StepFormProps = { step: StepDraft; ids: readonly string[]; lists: readonly string[]; onStep: (change: Partial<StepDraft>) => void; onRemove: () => void };

const withNone = (none: string, values: readonly string[]) => [{ value: '', title: none }, ...values.map((value) => ({ value, title: value }))];

/** Everything about one step; what its kind does not have is not asked. */
export function StepForm({ step, ids, lists, onStep, onRemove }: StepFormProps) {
  const { kind } = step;
  return (
    <div className={css.stepForm}>
      <TextArea label={t('procedures.edit.text')} rows={2} value={step.text} onValue={(text) => onStep({ text })} />
      <div className={css.pair}>
        <TextField label={t('procedures.edit.id')} value={step.id} onValue={(id) => onStep({ id })} autoComplete="off" />
        <SelectField label={t('procedures.edit.kind')} value={kind} onValue={(value) => onStep({ kind: value as StepKind })} choices={STEP_KINDS.map((value) => ({ value, title: t(`procedures.kind.${value}`) }))} />
        <TextField label={t('procedures.edit.role')} value={step.role} onValue={(role) => onStep({ role })} autoComplete="off" />
        <NumberField label={t('procedures.edit.target')} unit={t('procedures.edit.seconds')} value={step.targetS} onValue={(targetS) => onStep({ targetS })} />
      </div>
      <CheckField label={t('procedures.edit.required')} isOn={step.required} onValue={(required) => onStep({ required })} />
      {kind === 'question' && <TextArea label={t('procedures.edit.answers')} help={t('procedures.edit.answers.help')} rows={3} value={step.answers} onValue={(answers) => onStep({ answers })} />}
      {kind === 'end' && <TextArea label={t('procedures.edit.dispositions')} rows={2} value={step.dispositions} onValue={(dispositions) => onStep({ dispositions })} />}
      {kind === 'document' && <div className={css.pair}><TextField label={t('procedures.edit.document')} value={step.documentTitle} onValue={(documentTitle) => onStep({ documentTitle })} /><TextField label={t('procedures.edit.address')} value={step.documentUrl} onValue={(documentUrl) => onStep({ documentUrl })} inputMode="url" /></div>}
      {kind !== 'question' && kind !== 'end' && (
        <div className={css.pair}>
          <SelectField label={t('procedures.edit.next')} value={step.next ?? ''} onValue={(next) => onStep({ next: next || null })} choices={withNone(t('procedures.edit.next.none'), ids.filter((id) => id !== step.id))} />
          <SelectField label={t('procedures.edit.list')} value={step.callList ?? ''} onValue={(callList) => onStep({ callList: callList || null })} choices={withNone(t('procedures.edit.list.none'), lists)} />
          <TextField label={t('procedures.edit.group')} isOptional value={step.group ?? ''} onValue={(group) => onStep({ group })} autoComplete="off" />
          <TextField label={t('procedures.edit.hands-over')} isOptional value={step.handsOverTo ?? ''} onValue={(handsOverTo) => onStep({ handsOverTo })} autoComplete="off" />
        </div>
      )}
      <div><Button look="quiet" onClick={onRemove}>{t('procedures.edit.remove', { id: step.id })}</Button></div>
    </div>
  );
}
