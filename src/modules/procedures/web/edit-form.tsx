import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { FaultSummary, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import { checkDraft, type ProcedureDetail, saveProcedure } from '../contract.ts';
import type { Fault, Procedure } from '../rules.ts';
import { type Draft, draftOf, newStep, procedureIn, type StepDraft } from './drafting.ts';
import { Faults } from './faults.tsx';
import { t } from './messages.en.ts';
import css from './procedure.module.css';
import { StepForm } from './step-form.tsx';

/** Changes a procedure as a whole; saving makes a new version, a draft, and leaves what is in force as it is. */
export function EditForm({ procedure: { latest, content }, onSaved }: { procedure: ProcedureDetail; onSaved: (version: number) => void }) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(content));
  const [unread, setUnread] = useState<string | null>(null);
  const [faults, setFaults] = useState<readonly Fault[] | null>(null);
  const saving = useSend('procedures', saveProcedure);
  const checking = useSend('procedures', checkDraft);
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const changeStep = (key: number, part: Partial<StepDraft>): void => change({ steps: draft.steps.map((step) => (step.key === key ? { ...step, ...part } : step)) });
  const written = (): Procedure | null => {
    const read = procedureIn(draft);
    setUnread(read.ok ? null : t('procedures.edit.unread', { n: read.n, line: read.line }));
    return read.ok ? read.value : null;
  };
  const check = async (): Promise<void> => {
    const read = written();
    if (read) setFaults((await checking.send({ content: read })).faults);
  };
  const save = async (): Promise<void> => {
    const read = written();
    if (!read) return;
    const { version } = await saving.send({ content: read, after: latest });
    announce(t('procedures.edit.saved', { n: version }));
    onSaved(version);
  };
  const problem = saving.problem ?? checking.problem;
  const ids = draft.steps.map(({ id }) => id);
  const lists = draft.callLists.split('\n').map((line) => line.split('|')[0]?.trim() ?? '').filter(Boolean);
  return (
    <Form className={css.form} onSubmit={() => void save().catch(() => undefined)}>
      {(problem || unread) && <FaultSummary faults={[]} detail={unread ?? problem?.detail ?? ''} />}
      <TextField label={t('procedures.edit.title')} value={draft.title} onValue={(title) => change({ title })} />
      <TextArea label={t('procedures.edit.purpose')} rows={2} value={draft.purpose} onValue={(purpose) => change({ purpose })} />
      <div className={css.pair}>
        <TextArea label={t('procedures.edit.types')} rows={3} value={draft.types} onValue={(types) => change({ types })} />
        <TextArea label={t('procedures.edit.never')} rows={3} value={draft.doNot} onValue={(doNot) => change({ doNot })} />
      </div>
      <TextArea label={t('procedures.edit.lists')} rows={3} value={draft.callLists} onValue={(callLists) => change({ callLists })} />
      <SelectField label={t('procedures.edit.start')} value={draft.start} onValue={(start) => change({ start })} choices={ids.map((id) => ({ value: id, title: id }))} />
      <div className={css.steps}>
        {draft.steps.map((step) => (
          <details key={step.key}>
            <summary><span className="mono">{step.id}</span> {step.text || t('procedures.edit.step', { id: step.id })}</summary>
            <StepForm step={step} ids={ids} lists={lists} onStep={(part) => changeStep(step.key, part)} onRemove={() => change({ steps: draft.steps.filter(({ key }) => key !== step.key) })} />
          </details>
        ))}
      </div>
      <div><Button icon="add" onClick={() => change({ steps: [...draft.steps, newStep(draft.steps)] })}>{t('procedures.edit.add')}</Button></div>
      {faults && <Faults faults={faults} />}
      <div className="row">
        <Button type="submit" look="filled" size="large" isBusy={saving.isBusy}>{t('procedures.edit.save', { n: latest + 1 })}</Button>
        <Button size="large" isBusy={checking.isBusy} onClick={() => void check().catch(() => undefined)}>{t('procedures.edit.check')}</Button>
      </div>
    </Form>
  );
}
