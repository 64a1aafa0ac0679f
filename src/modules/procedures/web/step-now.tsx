import { useState } from 'react';
import { Button } from '#ui/button.tsx';
import { TextField } from '#ui/field.tsx';
import { KeyCap } from '#ui/key-cap.tsx';
import { Tag } from '#ui/tag.tsx';
import { Target } from '#ui/time.tsx';
import type { Run } from '../contract.ts';
import type { Due } from '../rules.ts';
import { t } from './messages.en.ts';
import css from './panel.module.css';
import { type Choice, choicesOf, type useAnswering } from './use-run.ts';

const roleWords = (role: string): string => role.replaceAll('-', ' ');

type StepNowProps = { run: Run; due: Due; number: number; note: string | null; onNote: (note: string | null) => void; answering: ReturnType<typeof useAnswering>; onAnswer: (choice: Choice) => void; onSkip: () => void; mayFollow: boolean };

/** The step that is due: what is to be done, by whom, in which time, and its answers, each with its key. */
export function StepNow({ run, due, number, note, onNote, answering, onAnswer, onSkip, mayFollow }: StepNowProps) {
  const { step } = due;
  return (
    <div className={css.now} role="group" aria-label={t('procedures.step', { n: number })} data-step-now tabIndex={-1}>
      <div className={css.ask}>
        <span className={css.number} aria-hidden="true">{number}</span>
        <div>
          <p className="strong">{step.text}</p>
          <p className="t2 small row">{roleWords(step.role)}<Tag look={step.required ? 'act' : 'plain'}>{t(step.required ? 'procedures.required' : 'procedures.optional')}</Tag>{step.action && <span>{roleWords(step.action)}</span>}</p>
        </div>
      </div>
      <Target key={`${due.since}${step.id}`} startedAt={due.since} targetMs={step.targetS * 1000} layout="figure" label={t('procedures.target')} />
      {step.document && <a href={step.document.url} target="_blank" rel="noopener noreferrer">{t('procedures.document')}: {step.document.title}</a>}
      {step.handsOverTo && <p className="t2 small">{t('procedures.hands-over', { key: step.handsOverTo })}</p>}
      {mayFollow && (
        <>
          <div className={css.answers}>
            {choicesOf(run, due).map((choice, at) => (
              <div key={choice.title} className={css.choice}>
                <Button size="large" className={css.answer} isBusy={answering.isBusy} onClick={() => onAnswer(choice)}>
                  <KeyCap k={String(at + 1)} />
                  <span>{choice.title}</span>
                  {choice.leads && <em>{t('procedures.leads', { text: choice.leads })}</em>}
                </Button>
                {step.kind === 'call' && choice.answer !== null && <Button look="quiet" aria-label={t('procedures.try.of', { contact: choice.answer })} onClick={() => answering.tried(due, choice.answer ?? '')}>{t('procedures.try')}</Button>}
              </div>
            ))}
          </div>
          {note !== null && <NoteField note={note} onNote={onNote} />}
          <div className="row">
            {note === null && <Button look="quiet" keyCap="E" onClick={() => onNote('')}>{t('procedures.note.add')}</Button>}
            <Button look="quiet" keyCap="R" onClick={onSkip}>{t('procedures.pass')}</Button>
          </div>
        </>
      )}
      <div role="status">{answering.refusal && <p className={css.refusal}>{answering.refusal}</p>}</div>
    </div>
  );
}

function NoteField({ note, onNote }: { note: string; onNote: (note: string) => void }) {
  const [focus] = useState(() => (input: HTMLInputElement | null) => input?.focus());
  return <TextField ref={focus} label={t('procedures.note')} value={note} onValue={onNote} autoComplete="off" maxLength={2000} onKeyDown={(event) => { if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur(); }} />;
}
