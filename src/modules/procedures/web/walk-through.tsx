import { useState } from 'react';
import { Button } from '#ui/button.tsx';
import { type Entry, type Procedure, standingOf } from '../rules.ts';
import { t } from './messages.en.ts';
import css from './procedure.module.css';

const START = new Date(0).toISOString();

/** Tries a procedure by its own rules, as a run follows it; nothing is kept. */
export function WalkThrough({ procedure }: { procedure: Procedure }) {
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  const { due } = standingOf(procedure, START, entries);
  const take = (stepId: string, answer: string | null): void => setEntries([...entries, { seq: entries.length + 1, stepId, what: 'done', answer, at: START }]);
  return (
    <div className={css.walk}>
      <p className="t2">{t('procedures.walk.words')}</p>
      <ol className={css.taken}>{entries.map(({ seq, stepId, answer }) => <li key={seq}><span className="t2">{procedure.steps.find(({ id }) => id === stepId)?.text}</span> {answer && <b>{answer}</b>}</li>)}</ol>
      {due.map(({ step }) => (
        <section key={step.id} className={css.tried} aria-label={step.text}>
          <p className="strong">{step.kind === 'end' ? t('procedures.walk.end', { dispositions: step.dispositions.join(', ') }) : step.text}</p>
          <div className="row">
            {step.kind === 'question' && step.answers.map(({ answer }) => <Button key={answer} onClick={() => take(step.id, answer)}>{answer}</Button>)}
            {step.kind !== 'question' && step.kind !== 'end' && <Button onClick={() => take(step.id, null)}>{t('procedures.done')}</Button>}
          </div>
        </section>
      ))}
      <div className="row">
        <Button look="quiet" onClick={() => setEntries(entries.slice(0, -1))}>{t('procedures.back')}</Button>
        <Button look="quiet" onClick={() => setEntries([])}>{t('procedures.walk.begin')}</Button>
      </div>
    </div>
  );
}
