import { useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import type { Case } from '../contract.ts';
import { beginCase, type Findings, readFindings, submitCase } from '../finding-contract.ts';
import css from './cases.module.css';
import { CloseDialog, ReasonDialog, ReviewDialog } from './finding-dialogs.tsx';
import { t } from './messages.en.ts';

type Step = 'begin' | 'submit' | 'review' | 'close' | 'reopen';

/** What comes next for who looks; null where nothing is theirs to do. */
function stepOf(room: Case, findings: Findings): Step | null {
  const may = (right: string): boolean => room.mine.includes(`cases:${right}`);
  if (room.state === 'assessing') return may('write') ? 'begin' : null;
  if (room.state === 'investigating') return may('findings') ? 'submit' : null;
  if (room.state === 'closed') return may('close') ? 'reopen' : null;
  if (findings.lacks.includes('review')) return findings.mayReview ? 'review' : null;
  return may('close') ? 'close' : null;
}

/** The next step through the gates; where something is missing, the button says what. */
export function NextStep({ room }: { room: Case }) {
  const { data } = useRead('cases', readFindings, { id: room.id });
  return data ? <Next room={room} findings={data} /> : null;
}

function Next({ room, findings }: { room: Case; findings: Findings }) {
  const [asked, setAsked] = useState<Step | 'lacks' | null>(null);
  const begin = useSend('cases', beginCase);
  const submit = useSend('cases', submitCase);
  const step = stepOf(room, findings);
  const lacks = findings.lacks.filter((lack) => lack !== 'review');
  const go = (): void => {
    if (step === 'begin' || step === 'submit') {
      if (lacks.length > 0) return setAsked('lacks');
      const sent = step === 'begin' ? begin.send({ id: room.id }) : submit.send({ id: room.id });
      return void sent.then(({ state }) => announce(t(`cases.state.${state}`)), () => setAsked('lacks'));
    }
    setAsked(step);
  };
  useCommands(step ? [{ key: 'X', title: t(`cases.next.${step}`), run: go }] : []);
  const close = (): void => setAsked(null);
  const problem = begin.problem ?? submit.problem;
  return (
    <>
      {step && <Button look={step === 'reopen' ? 'plain' : 'filled'} keyCap="X" isBusy={begin.isBusy || submit.isBusy} onClick={go}>{t(`cases.next.${step}`)}</Button>}
      {asked === 'lacks' && <Dialog title={t('cases.lacks')} onClose={close} actions={<Button onClick={close}>{t('cases.done')}</Button>}>{problem && <p role="alert">{problem.detail}</p>}<ul className={css.lacks}>{lacks.map((lack) => <li key={lack}>{t(`cases.lack.${lack}`)}</li>)}</ul></Dialog>}
      {asked === 'review' && <ReviewDialog caseId={room.id} onClose={close} />}
      {asked === 'close' && <CloseDialog caseId={room.id} onClose={close} />}
      {asked === 'reopen' && <ReasonDialog caseId={room.id} what="reopen" name={room.number} onClose={close} />}
    </>
  );
}
