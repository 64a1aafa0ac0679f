import { useEffect, useRef, useState } from 'react';
import { useKeys } from '#platform/web/keys.ts';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextArea, TextField } from '#ui/field.tsx';
import { KeyCap } from '#ui/key-cap.tsx';
import { Tag } from '#ui/tag.tsx';
import { ByProcedure, focusStep, OpenSteps, openStepWords, useBlockers, useDispositions } from '#modules/procedures/web/public.tsx';
import { close } from '../contract.ts';
import { causeOf, dispositionOf, dispositions, faultOf } from '../rules.ts';
import css from './close-dialog.module.css';
import { type CloseStep, closeStep, keyAt, oneStepBack, type Said } from './close-steps.ts';
import { t } from './messages.en.ts';
import { isVital } from './next-step.ts';
import type { QuestionProps } from './question.tsx';

type Answer = { title: string; take: () => void; isExpected?: boolean };

const groupTitle = (group: string): string => t(`watch.cause.${group as 'environment' | 'equipment' | 'people' | 'process' | 'design'}`);

/** A procedure that is not done leads to its step first; else the alarm is asked what it was. */
export function CloseDialog(props: QuestionProps) {
  const isHeld = useBlockers(props.alarm.id).length > 0;
  return isHeld ? <StepFirst {...props} /> : <Finding {...props} />;
}

function StepFirst({ alarm, onLeave }: QuestionProps) {
  const go = (): void => {
    onLeave();
    setTimeout(focusStep);
  };
  return (
    <Dialog title={openStepWords.title()} onClose={onLeave} onSubmit={go} actions={<><Button type="submit" look="filled" size="large" data-autofocus>{openStepWords.go()}</Button><Button size="large" onClick={onLeave}>{openStepWords.cancel()}</Button></>}>
      <OpenSteps recordId={alarm.id} />
    </Dialog>
  );
}

/** What it turned out to be, then what caused it, then what else is to be said. Every answer has its key; none is preselected. */
function Finding({ alarm, onLeave, onDone }: QuestionProps) {
  const sending = useSend('alarms', close);
  const [said, setSaid] = useState<Said>({});
  const [rest, setRest] = useState({ note: '', handedTo: alarm.incidentNumber ?? '', duplicateOf: '' });
  const [isTried, setTried] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const step = closeStep(said);
  const expected = useDispositions(alarm.id);
  const answers = answersOf(step, said, setSaid, expected);
  const finding = { disposition: said.disposition ?? '', cause: said.cause ?? null, note: rest.note.trim() || null, handedTo: rest.handedTo.trim() || null, duplicateOf: rest.duplicateOf.trim() || null };
  const fault = faultOf(finding);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (step.ask !== 'rest' || fault) return;
    onDone(await sending.send({ id: alarm.id, ...finding }));
  };
  const send = (): void => void submit().catch(() => undefined);
  const back = (): void => (said.disposition === undefined ? onLeave() : setSaid(oneStepBack(said)));
  const faultAt = (field: 'note' | 'handedTo' | 'duplicateOf'): string | undefined => sending.problem?.of(`/${field}`) ?? (isTried && fault?.field === field ? fault.detail : undefined);
  useKeys({ ...Object.fromEntries(answers.map((answer, at) => [keyAt(at) ?? '', answer.take])), Backspace: back, 'Ctrl+Enter': send, Escape: onLeave }, { isModal: true });
  useEffect(() => box.current?.querySelector<HTMLElement>('[data-first], input')?.focus(), [step.ask, said.group]);
  const needsNote = alarm.isActive && isVital(alarm);
  const mayClose = step.ask === 'rest' && step.disposition.also === null && !needsNote;
  useEffect(() => {
    if (step.ask === 'rest') box.current?.closest('dialog')?.querySelector<HTMLElement>(mayClose ? 'footer [type="submit"]' : '[data-dialog-body] :is(input, textarea)')?.focus();
  }, [step.ask, mayClose]);
  return (
    <Dialog
      title={t('watch.close.title', { number: alarm.number })}
      size="wide"
      onClose={onLeave}
      onSubmit={send}
      actions={
        <>
          {step.ask === 'rest' && <Button type="submit" look="filled" size="large" isBusy={sending.isBusy}>{t('watch.close.send')}</Button>}
          <Button size="large" onClick={onLeave}>{t('watch.cancel')}</Button>
          {said.disposition !== undefined && <Button look="quiet" size="large" keyCap="Backspace" onClick={back}>{t('watch.close.back')}</Button>}
        </>
      }
    >
      <div ref={box} className="col" style={{ gap: 12 }}>
        {sending.problem && <FaultSummary faults={[]} detail={sending.problem.detail} />}
        <p className="t2 row">{alarm.isActive && <Tag look="p2">{t('watch.close.going-on')}</Tag>} <span>{t('watch.close.closed')}</span></p>
        <SaidSoFar said={said} />
        {step.ask !== 'rest' && <Answers step={step} answers={answers} />}
        {step.ask === 'rest' && (
          <>
            {step.disposition.also === 'handed-to' && <TextField label={t('watch.close.handed')} value={rest.handedTo} onValue={(handedTo) => setRest({ ...rest, handedTo })} error={faultAt('handedTo')} autoComplete="off" />}
            {step.disposition.also === 'duplicate-of' && <TextField label={t('watch.close.duplicate')} value={rest.duplicateOf} onValue={(duplicateOf) => setRest({ ...rest, duplicateOf })} error={faultAt('duplicateOf')} autoComplete="off" />}
            <TextArea label={t(needsNote ? 'watch.close.why' : 'watch.close.note')} isOptional={!needsNote} rows={2} value={rest.note} onValue={(note) => setRest({ ...rest, note })} error={faultAt('note')} />
          </>
        )}
      </div>
    </Dialog>
  );
}

function answersOf(step: CloseStep, said: Said, say: (said: Said) => void, expected: ReadonlySet<string>): Answer[] {
  if (step.ask === 'rest') return [];
  if (step.ask === 'disposition') return dispositions.map((one) => ({ title: one.title, take: () => say({ disposition: one.key }), isExpected: expected.has(one.key) }));
  const given = step.ask === 'group' ? step.groups.map((group) => ({ title: groupTitle(group), take: () => say({ ...said, group }) })) : step.causes.map((cause) => ({ title: cause.title, take: () => say({ ...said, cause: cause.key }) }));
  return step.canSkip ? [...given, { title: t('watch.close.no-cause'), take: () => say({ ...said, cause: null }) }] : given;
}

const QUESTION = { disposition: 'watch.close.what', group: 'watch.close.group', cause: 'watch.close.cause' } as const;

const Answers = ({ step, answers }: { step: Exclude<CloseStep, { ask: 'rest' }>; answers: readonly Answer[] }) => (
  <fieldset className={css.question}>
    <legend>{t(QUESTION[step.ask])}</legend>
    <div className={css.answers}>
      {answers.map((answer, at) => (
        <Button key={answer.title} {...(at === 0 && { 'data-first': '', 'data-autofocus': '' })} onClick={answer.take}>
          {keyAt(at) && <KeyCap k={keyAt(at) ?? ''} />}
          <span>{answer.title}</span>
          {answer.isExpected && <ByProcedure />}
        </Button>
      ))}
    </div>
  </fieldset>
);

function SaidSoFar({ said }: { said: Said }) {
  const words = [dispositionOf(said.disposition ?? '')?.title, said.group && !said.cause ? groupTitle(said.group) : null, said.cause === null ? t('watch.close.no-cause') : causeOf(said.cause ?? '')?.title].filter((word) => typeof word === 'string');
  return words.length === 0 ? null : <p className={css.said}>{words.map((word) => <Tag key={word} look="act">{word}</Tag>)}</p>;
}
