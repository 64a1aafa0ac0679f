import { useState } from 'react';
import { DecisionOutcome } from '#platform/two-person/web/public.tsx';
import { JobProgress } from '#platform/jobs/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { useMe } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField } from '#ui/field.tsx';
import { assignRequest, checkIdentity, continueErasure, endRequest, extendRequest, lookForRequest, packRequest, proposeErasure, type WholeRequest } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './subjects.module.css';
import { WordsDialog } from './words-dialog.tsx';

type Asking = 'identity' | 'extend' | 'propose' | 'answered' | 'refused' | 'withdrawn' | null;

/** What may be done with a request where it stands. */
export function NextSteps({ request }: { request: WholeRequest }) {
  const [asking, setAsking] = useState<Asking>(null);
  const [jobId, setJobId] = useState<string | null>(null);
  const [overrules, setOverrules] = useState<readonly string[]>(request.overrules);
  const looking = useSend('subjects', lookForRequest);
  const packing = useSend('subjects', packRequest);
  const going = useSend('subjects', continueErasure);
  const taking = useSend('subjects', assignRequest);
  const { personId: me } = useMe();
  const isOpen = ['received', 'checked', 'shown'].includes(request.state);
  const started = (job: Promise<{ jobId: string }>): void => void job.then(({ jobId: id }) => setJobId(id), (error: Error) => announce(error.message));
  const isLooked = request.state === 'shown';
  const problem = looking.problem ?? packing.problem ?? going.problem ?? taking.problem;
  return (
    <div className={css.items}>
      {problem && <p className="strong" role="alert">{problem.detail}</p>}
      {jobId && <JobProgress id={jobId} onDone={() => announce(t('subjects.job.done'))} />}
      {isLooked && request.kind === 'erasure' && request.keeps.map(({ class: name }) => <CheckField key={name} label={t('subjects.overrule', { name })} isOn={overrules.includes(name)} onValue={(isOn) => setOverrules(isOn ? [...overrules, name] : overrules.filter((one) => one !== name))} />)}
      <div className={css.line}>
        {request.state === 'received' && <Button look="filled" onClick={() => setAsking('identity')}>{t('subjects.identity.check')}</Button>}
        {(request.state === 'checked' || isLooked) && <Button look={isLooked ? 'plain' : 'filled'} isBusy={looking.isBusy} onClick={() => started(looking.send({ id: request.id, overrules: [...overrules] }))}>{isLooked ? t('subjects.look.again') : t('subjects.look')}</Button>}
        {isLooked && request.kind === 'access' && <Button look={request.archive ? 'plain' : 'filled'} isBusy={packing.isBusy} onClick={() => started(packing.send({ id: request.id }))}>{t('subjects.pack')}</Button>}
        {isLooked && request.archive && <Button look="filled" onClick={() => setAsking('answered')}>{t('subjects.answer')}</Button>}
        {isLooked && request.kind === 'erasure' && <Button look="filled" onClick={() => setAsking('propose')}>{t('subjects.propose')}</Button>}
        {request.state === 'approved' && <Button isBusy={going.isBusy} onClick={() => started(going.send({ id: request.id }))}>{t('subjects.continue')}</Button>}
        {isOpen && request.assignedTo?.id !== me && <Button isBusy={taking.isBusy} onClick={() => void taking.send({ id: request.id, personId: me }).catch((error: Error) => announce(error.message))}>{t('subjects.take')}</Button>}
        {isOpen && !request.isExtended && <Button onClick={() => setAsking('extend')}>{t('subjects.extend')}</Button>}
        {isOpen && <Button onClick={() => setAsking('refused')}>{t('subjects.refuse')}</Button>}
        {isOpen && <Button look="quiet" onClick={() => setAsking('withdrawn')}>{t('subjects.withdraw')}</Button>}
      </div>
      {request.archive && <p className={css.wide}><a href={`/api/subjects/requests/${request.id}/archive`} download>{t('subjects.archive')}</a> <span className="t2">{t('subjects.archive.until', { day: request.archive.expiresAt.slice(0, 10) })}</span></p>}
      {asking && <StepDialog request={request} asking={asking} onClose={() => setAsking(null)} />}
    </div>
  );
}

function StepDialog({ request: { id }, asking, onClose }: { request: WholeRequest; asking: NonNullable<Asking>; onClose: () => void }) {
  const identity = useSend('subjects', checkIdentity);
  const extending = useSend('subjects', extendRequest);
  const proposing = useSend('subjects', proposeErasure);
  const ending = useSend('subjects', endRequest);
  const [outcome, setOutcome] = useState<{ decisionId: string; state: 'waiting' | 'alone' } | null>(null);
  const steps = {
    identity: { sending: identity, send: (how: string) => identity.send({ id, how }) },
    extend: { sending: extending, send: (reason: string) => extending.send({ id, reason }) },
    propose: { sending: proposing, send: async (reason: string) => setOutcome(await proposing.send({ id, reason })) },
    answered: { sending: ending, send: (words: string) => ending.send({ id, state: 'answered', words }) },
    refused: { sending: ending, send: (words: string) => ending.send({ id, state: 'refused', words }) },
    withdrawn: { sending: ending, send: (words: string) => ending.send({ id, state: 'withdrawn', words }) },
  };
  const { sending, send } = steps[asking];
  if (outcome) return <Dialog title={t('subjects.step.propose')} onClose={onClose} actions={<Button onClick={onClose}>{t('subjects.close')}</Button>}><DecisionOutcome {...outcome} /></Dialog>;
  return (
    <WordsDialog
      title={t(`subjects.step.${asking}`)} label={t(`subjects.step.${asking}.label`)} act={t(`subjects.step.${asking}.act`)} isBusy={sending.isBusy} problem={sending.problem}
      onSend={async (words) => { await send(words); if (asking !== 'propose') onClose(); }} onClose={onClose}
    >
      <p>{t(`subjects.step.${asking}.words`)}</p>
    </WordsDialog>
  );
}
