import { type ReactNode, useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, FaultSummary, SelectField, TextField } from '#ui/field.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import { BreachClock, type BreachNotice, noteNotice, sayNotDue, strikeNotice } from '../../breach-contract.ts';
import { isLate } from '../../breach-rules.ts';
import type { Incident } from '../../contract.ts';
import css from '../incidents.module.css';
import { t } from './messages.en.ts';

export type Outcome = { decisionId: string; state: 'waiting' | 'alone' };
type Key = (typeof BreachClock.options)[number];

const lacks = (reason: string): boolean => reason.trim().length < 3;
const clocksOf = (incident: Incident) => incident.clocks.flatMap((clock) => { const key = BreachClock.options.find((one) => one === clock.key); return key ? [{ ...clock, key }] : []; });

type AskProps = { title: string; verb: string; isBusy: boolean; problem: { detail: string; errors: readonly { pointer: string; detail: string }[] } | null; onClose: () => void; onSave: () => Promise<void>; children: ReactNode };

const Ask = ({ title, verb, isBusy, problem, onClose, onSave, children }: AskProps) => (
  <Dialog title={title} onClose={onClose} onSubmit={() => void onSave()} actions={<><Button onClick={onClose}>{t('breach.cancel')}</Button><Button type="submit" look="filled" isBusy={isBusy}>{verb}</Button></>}>
    <div className={css.form}>
      {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
      {children}
    </div>
  </Dialog>
);

/** Notes a notice that was given; one after its time says why. */
export function NoticeDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const noting = useSend('incidents', noteNotice);
  const clocks = clocksOf(incident);
  const [key, setKey] = useState<Key>(clocks[0]?.key ?? 'gdpr-authority');
  const [recipient, setRecipient] = useState('');
  const [reference, setReference] = useState('');
  const [at, setAt] = useState<string | null>(null);
  const [isPartial, setPartial] = useState(false);
  const [lateWhy, setLateWhy] = useState('');
  const [isChecked, setChecked] = useState(false);
  const late = at !== null && isLate(at, clocks.find((clock) => clock.key === key)?.dueAt ?? null);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (recipient.trim() === '' || reference.trim() === '' || at === null || (late && lacks(lateWhy))) return;
    await noting.send({ id: incident.id, clock: key, recipient: recipient.trim(), reference: reference.trim(), givenAt: at, isPartial, lateWhy: lateWhy.trim() }).then(onClose, () => undefined);
  };
  return (
    <Ask title={t('breach.notice.note')} verb={t('breach.save')} isBusy={noting.isBusy} problem={noting.problem} onClose={onClose} onSave={save}>
      <SelectField label={t('breach.notice.duty')} value={key} onValue={(value) => setKey(clocks.find((clock) => clock.key === value)?.key ?? key)} choices={clocks.map((clock) => ({ value: clock.key, title: clock.title }))} />
      <TextField label={t('breach.notice.to')} value={recipient} onValue={setRecipient} maxLength={300} autoComplete="off" error={isChecked && recipient.trim() === '' ? t('breach.notice.to.missing') : undefined} />
      <TextField label={t('breach.notice.reference')} value={reference} onValue={setReference} maxLength={300} autoComplete="off" error={isChecked && reference.trim() === '' ? t('breach.notice.reference.missing') : undefined} />
      <MomentField label={t('breach.notice.at')} value={at} onValue={setAt} timeZone={incident.timeZone ?? 'UTC'} error={isChecked && at === null ? t('breach.notice.at.missing') : undefined} />
      {late && <TextField label={t('breach.notice.late')} value={lateWhy} onValue={setLateWhy} maxLength={8_000} autoComplete="off" error={isChecked && lacks(lateWhy) ? t('breach.reason.missing') : undefined} />}
      <CheckField label={t('breach.notice.partial')} isOn={isPartial} onValue={setPartial} />
    </Ask>
  );
}

/** Proposes that a duty is not due; another person decides. */
export function NotDueDialog({ incident, onClose, onDone }: { incident: Incident; onClose: () => void; onDone: (outcome: Outcome) => void }) {
  const proposing = useSend('incidents', sayNotDue);
  const clocks = clocksOf(incident).filter(({ decision }) => decision !== 'met' && decision !== 'not-due');
  const [key, setKey] = useState<Key>(clocks[0]?.key ?? 'gdpr-authority');
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (!lacks(reason)) await proposing.send({ id: incident.id, clock: key, reason: reason.trim() }).then((outcome) => { onDone(outcome); onClose(); }, () => undefined);
  };
  return (
    <Ask title={t('breach.not-due.title')} verb={t('breach.not-due.propose')} isBusy={proposing.isBusy} problem={proposing.problem} onClose={onClose} onSave={save}>
      <p>{t('breach.not-due.words')}</p>
      <SelectField label={t('breach.notice.duty')} value={key} onValue={(value) => setKey(clocks.find((clock) => clock.key === value)?.key ?? key)} choices={clocks.map((clock) => ({ value: clock.key, title: clock.title }))} />
      <TextField label={t('breach.reason')} value={reason} onValue={setReason} maxLength={1_000} autoComplete="off" error={isChecked && lacks(reason) ? t('breach.reason.missing') : undefined} />
    </Ask>
  );
}

export function StrikeNoticeDialog({ incidentId, notice, onClose }: { incidentId: string; notice: BreachNotice; onClose: () => void }) {
  const striking = useSend('incidents', strikeNotice);
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (!lacks(reason)) await striking.send({ id: incidentId, rowId: notice.id, reason: reason.trim() }).then(onClose, () => undefined);
  };
  return (
    <Ask title={t('breach.notice.strike.title', { who: notice.recipient })} verb={t('breach.notice.strike')} isBusy={striking.isBusy} problem={striking.problem} onClose={onClose} onSave={save}>
      <TextField label={t('breach.reason')} value={reason} onValue={setReason} maxLength={1_000} autoComplete="off" autoFocus error={isChecked && lacks(reason) ? t('breach.reason.missing') : undefined} />
    </Ask>
  );
}
