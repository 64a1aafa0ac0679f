import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { ChoiceGroup, TextField } from '#ui/field.tsx';
import { acceptHandOver, type Duty, type HandOver, refuseHandOver } from '../../shift-contract.ts';
import { Ask, SHORTEST } from './ask.tsx';
import { t } from './messages.en.ts';
import css from './shifts.module.css';
import { StandingView } from './standing-view.tsx';

type AnswerDialogProps = { handOver: HandOver; duty: Duty; onClose: () => void };

/** Accepts what another hands over, or refuses it with a reason. */
export function AnswerDialog({ handOver: { id, from, notes, checked, frozen }, duty, onClose }: AnswerDialogProps) {
  const sends = { accept: useSend('alarms', acceptHandOver), refuse: useSend('alarms', refuseHandOver) };
  const [answer, setAnswer] = useState('');
  const [reason, setReason] = useState('');
  const [reach, setReach] = useState(duty.last?.reach ?? '');
  const [isTried, setTried] = useState(false);
  const { isBusy, problem } = sends[answer === 'refuse' ? 'refuse' : 'accept'];
  const submit = async (): Promise<void> => {
    setTried(true);
    if (answer === '' || (answer === 'refuse' && reason.trim().length < SHORTEST)) return;
    if (answer === 'accept') announce(t('duty.accepted', { n: (await sends.accept.send({ id, reach: reach.trim() })).moved ?? 0 }));
    else {
      await sends.refuse.send({ id, reason: reason.trim() });
      announce(t('duty.refused', { name: from.name }));
    }
    onClose();
  };
  const choices = (['accept', 'refuse'] as const).map((value) => ({ value, title: t(`duty.answer.${value}`), hint: t(`duty.answer.${value}.hint`) }));
  return (
    <Ask title={t('duty.answer.title', { name: from.name })} act={t('duty.answer.send')} size="wide" onClose={onClose} onSubmit={submit} isBusy={isBusy} problem={problem}>
      <p className="t2">{t('duty.answer.what', { name: from.name })}</p>
      {notes && <p className={css.words}>{notes}</p>}
      {checked.length > 0 && <p className="small"><span className="t2">{t('duty.over.checks')}:</span> {checked.map((key) => t(`duty.check.${key}`)).join(' · ')}</p>}
      <StandingView standing={frozen} />
      <ChoiceGroup label={t('duty.answer.choice')} value={answer} onValue={setAnswer} choices={choices} error={isTried && answer === '' ? t('duty.answer.missing') : undefined} />
      {answer === 'accept' && duty.mine === null && <TextField label={t('duty.reach')} help={t('duty.reach.help')} isOptional value={reach} onValue={setReach} maxLength={120} autoComplete="off" />}
      {answer === 'refuse' && <TextField label={t('duty.answer.reason')} value={reason} onValue={setReason} maxLength={1000} autoComplete="off" error={problem?.of('/reason') ?? (isTried && reason.trim().length < SHORTEST ? t('duty.reason.missing') : undefined)} />}
    </Ask>
  );
}
