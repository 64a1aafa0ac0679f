import { useState } from 'react';
import { useRead, useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { useNow } from '#ui/clock.ts';
import { CheckField, ChoiceGroup, TextArea, TextField } from '#ui/field.tsx';
import { Asked } from '#ui/states.tsx';
import { ageWords } from '#ui/times.ts';
import { type Check, CHECKS, type HandOver, handOverToNobody, proposeHandOver, readStanding, type Shift, withdrawHandOver } from '../../shift-contract.ts';
import { Ask, SHORTEST } from './ask.tsx';
import { t } from './messages.en.ts';
import css from './shifts.module.css';
import { StandingView } from './standing-view.tsx';

type LeaveDialogProps = { shift: Shift; waiting: HandOver | null; onClose: () => void };

/** Prepares the hand-over of one's own shift, or takes back the one that waits. */
export const LeaveDialog = ({ shift, waiting, onClose }: LeaveDialogProps) => (waiting ? <TakeBack waiting={waiting} onClose={onClose} /> : <Leave shift={shift} onClose={onClose} />);

function Leave({ shift: { id }, onClose }: { shift: Shift; onClose: () => void }) {
  const standing = useRead('alarms', readStanding, { id });
  const [proposing, leaving] = [useSend('alarms', proposeHandOver), useSend('alarms', handOverToNobody)];
  const [notes, setNotes] = useState('');
  const [checked, setChecked] = useState<readonly Check[]>([]);
  const [to, setTo] = useState('next');
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const toNobody = to === 'nobody';
  const { isBusy, problem } = toNobody ? leaving : proposing;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (toNobody && reason.trim().length < SHORTEST) return;
    const given = { id, notes: notes.trim(), checked: [...checked] };
    if (toNobody) await leaving.send({ ...given, reason: reason.trim() });
    else await proposing.send(given);
    announce(t(toNobody ? 'duty.over.nobody.done' : 'duty.over.done'));
    onClose();
  };
  const check = (key: Check, isOn: boolean): void => setChecked(CHECKS.filter((one) => (one === key ? isOn : checked.includes(one))));
  return (
    <Ask title={t('duty.over.title')} act={t('duty.over.send')} size="wide" onClose={onClose} onSubmit={submit} isBusy={isBusy} problem={problem}>
      <p className="t2">{t('duty.over.what')}</p>
      <Asked reading={standing}>{(read) => <StandingView standing={read} />}</Asked>
      <TextArea label={t('duty.over.notes')} isOptional rows={3} maxLength={4000} value={notes} onValue={setNotes} data-autofocus error={problem?.of('/notes')} />
      <fieldset className={css.checks}>
        <legend>{t('duty.over.checks')}</legend>
        {CHECKS.map((key) => <CheckField key={key} label={t(`duty.check.${key}`)} isOn={checked.includes(key)} onValue={(isOn) => check(key, isOn)} />)}
      </fieldset>
      <ChoiceGroup label={t('duty.over.to')} value={to} onValue={setTo} choices={[{ value: 'next', title: t('duty.over.to.next') }, { value: 'nobody', title: t('duty.over.to.nobody'), hint: t('duty.over.to.nobody.hint') }]} />
      {toNobody && <TextField label={t('duty.over.reason')} value={reason} onValue={setReason} maxLength={1000} autoComplete="off" error={problem?.of('/reason') ?? (isTried && reason.trim().length < SHORTEST ? t('duty.reason.missing') : undefined)} />}
    </Ask>
  );
}

function TakeBack({ waiting, onClose }: { waiting: HandOver; onClose: () => void }) {
  const now = useNow();
  const { send, isBusy, problem } = useSend('alarms', withdrawHandOver);
  const submit = async (): Promise<void> => {
    await send({ id: waiting.id });
    announce(t('duty.over.withdrawn'));
    onClose();
  };
  return (
    <Ask title={t('duty.over.title')} act={t('duty.over.withdraw')} size="wide" onClose={onClose} onSubmit={submit} isBusy={isBusy} problem={problem}>
      <p>{t('duty.over.waits', { time: ageWords(now.getTime() - Date.parse(waiting.proposedAt)) })}</p>
      {waiting.notes && <p className={css.words}>{waiting.notes}</p>}
      <StandingView standing={waiting.frozen} />
    </Ask>
  );
}
