import { useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { RecordLink } from '#platform/web/navigation.tsx';
import { useMay } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { Tag } from '#ui/tag.tsx';
import type { Run } from '../contract.ts';
import { type Due, standingEntries, stepsToEnd } from '../rules.ts';
import { BeginDialog } from './begin-dialog.tsx';
import { Log } from './log.tsx';
import { t } from './messages.en.ts';
import css from './panel.module.css';
import { SkipDialog } from './skip-dialog.tsx';
import { StepNow } from './step-now.tsx';
import { choicesOf, standingIn, useAnswering, useBlockers, useDispositions, useRuns } from './use-run.ts';

export { useBlockers, useDispositions };

type PanelProps = { recordId: string; siteZone: string | undefined; Part: 'h2' | 'h3'; /** Nothing is begun or answered before the alarm is acknowledged, nor once it is closed. */ isOpen: boolean };
const SHOWN_DONE = 4;

/** The procedures followed on a record: what was done, and the step that is due, answered by its keys. */
export function ProcedureSteps({ recordId, siteZone, Part, isOpen }: PanelProps) {
  const { running, ended } = useRuns(recordId);
  const mayFollow = useMay('procedures:follow') && isOpen;
  const [isBeginning, setBeginning] = useState(false);
  useCommands([{ key: 'B', title: t('procedures.key.begin'), run: () => setBeginning(true) }], { isOn: mayFollow });
  if (running.length + ended.length === 0 && !mayFollow) return null;
  return (
    <section className={css.panel} aria-label={t('procedures.run')}>
      {running.map((run, at) => <Running key={run.id} run={run} siteZone={siteZone} Part={Part} hasKeys={at === 0} mayFollow={mayFollow} />)}
      {ended.map((run) => <p key={run.id} className="t2 small"><RunName run={run} /> · {t('procedures.ended')}</p>)}
      {mayFollow && <div><Button look="quiet" keyCap="B" onClick={() => setBeginning(true)}>{t('procedures.begin')}</Button></div>}
      {isBeginning && <BeginDialog recordId={recordId} onClose={() => setBeginning(false)} />}
    </section>
  );
}

const RunName = ({ run }: { run: Run }) => <RecordLink kind="procedures.run" id={run.id}>{run.title}</RecordLink>;

type RunningProps = { run: Run; siteZone: string | undefined; Part: 'h2' | 'h3'; hasKeys: boolean; mayFollow: boolean };

function Running({ run, siteZone, Part, hasKeys, mayFollow }: RunningProps) {
  const steps = standingIn(run).due.filter(({ step }) => step.kind !== 'end');
  const [turned, setTurned] = useState(0);
  const due = steps[turned % Math.max(1, steps.length)];
  const done = standingEntries(run.entries).length;
  const left = due ? stepsToEnd(run.content, due.step.id) : null;
  return (
    <div className={css.run}>
      <div className={css.head}>
        <Part className="strong"><RunName run={run} /></Part>
        <span className="t2 small">{t('procedures.version', { n: run.procedureVersion })}</span>
        <span className="space" />
        {left !== null && <span className="t2 small">{t('procedures.left', { n: left })}</span>}
      </div>
      {run.content.doNot.length > 0 && <p className={css.never}><b>{t('procedures.never')}:</b> {run.content.doNot.join(' · ')}</p>}
      <Log run={run} siteZone={siteZone} most={SHOWN_DONE} />
      {due ? <Now key={`${due.step.id} ${due.since}`} run={run} due={due} number={done + 1} hasKeys={hasKeys && mayFollow} mayFollow={mayFollow} onNext={() => setTurned(turned + 1)} /> : <p className="strong">{t('procedures.at-end')}</p>}
      {steps.length > 1 && (
        <div className={css.also}>
          <span className="t2 small">{t('procedures.also')}</span>
          {steps.map((one, at) => one !== due && <Button key={one.step.id} look="quiet" {...(hasKeys && at === (turned + 1) % steps.length && { keyCap: 'Q' })} onClick={() => setTurned(at)}>{one.step.text}</Button>)}
        </div>
      )}
    </div>
  );
}

function Now({ run, due, number, hasKeys, mayFollow, onNext }: { run: Run; due: Due; number: number; hasKeys: boolean; mayFollow: boolean; onNext: () => void }) {
  const answering = useAnswering(run);
  const [note, setNote] = useState<string | null>(null);
  const [isSkipping, setSkipping] = useState(false);
  const choices = choicesOf(run, due);
  const answer = (at: number): void => {
    const choice = choices[at];
    if (choice && !answering.isBusy) void answering.answer(due, choice, note ?? '');
  };
  useCommands([
    ...choices.map((choice, at) => ({ key: String(at + 1), title: `${t('procedures.key.answer', { n: at + 1 })}: ${choice.title}`, run: () => answer(at) })),
    { key: 'Backspace', title: t('procedures.key.back'), run: answering.takeBack },
    { key: 'R', title: t('procedures.key.pass'), run: () => setSkipping(true) },
    { key: 'Q', title: t('procedures.key.next'), run: onNext },
    { key: 'E', title: t('procedures.key.note'), run: () => setNote(note ?? '') },
  ], { isOn: hasKeys });
  return (
    <>
      <StepNow run={run} due={due} number={number} note={note} onNote={setNote} answering={answering} onAnswer={(choice) => void answering.answer(due, choice, note ?? '')} onSkip={() => setSkipping(true)} mayFollow={mayFollow} />
      {isSkipping && <SkipDialog run={run} due={due} onClose={() => setSkipping(false)} />}
    </>
  );
}

/** Said beside what the procedure expects at its end. */
export const ByProcedure = () => <Tag>{t('procedures.expected')}</Tag>;

/** What an alarm's close waits for, in the words of the steps. */
export function OpenSteps({ recordId }: { recordId: string }) {
  const blockers = useBlockers(recordId);
  return (
    <div className={css.panel}>
      <p>{t('procedures.gate.words')}</p>
      <ul className={css.gate}>{blockers.map(({ run, due }) => <li key={`${run.id}${due.step.id}`}>{due.step.text}</li>)}</ul>
    </div>
  );
}

/** Where the eye and the keyboard go on: the step that is due. */
export const focusStep = (): void => document.querySelector<HTMLElement>('[data-step-now]')?.focus();

export const openStepWords = { title: (): string => t('procedures.gate'), go: (): string => t('procedures.gate.go'), cancel: (): string => t('procedures.cancel') };
