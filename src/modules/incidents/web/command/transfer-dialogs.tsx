import { useState } from 'react';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { ChoiceGroup, TextArea } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import { acceptTransfer, assumeCommand, type Command, type Holder, joinCommand, leaveCommand, proposeTransfer, refuseTransfer, type Transfer } from '../../command-contract.ts';
import { doctrine } from '../../command-rules.ts';
import { Ask, isShort } from './ask.tsx';
import css from './command.module.css';
import { t } from './messages.en.ts';
import { useWho } from './who-field.tsx';

type Given = { command: Command; onClose: () => void };

/** Offers my command to the next: what they must know, by topic. */
export function HandDialog({ command, onClose }: Given) {
  const sending = useSend('incidents', proposeTransfer);
  const [to, setTo] = useState<Option | null>(null);
  const [briefing, setBriefing] = useState<Readonly<Record<string, string>>>({});
  const [isChecked, setChecked] = useState(false);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (!to) return;
    const said = Object.fromEntries(Object.entries(briefing).filter(([, text]) => text.trim() !== ''));
    await sending.send({ id: command.id, toId: to.value, briefing: said }).then(() => {
      announce(t('command.hand.done', { who: to.title }));
      onClose();
    }, () => undefined);
  };
  return (
    <Ask size="wide" title={t('command.hand')} words={t('command.hand.offer')} sending={sending} onClose={onClose} onSave={() => void save()}>
      <p className="t2">{t('command.hand.said')}</p>
      <PersonPicker label={t('command.hand.to')} value={to} onValue={setTo} error={sending.problem?.of('/toId') ?? (isChecked && !to ? t('command.hand.to.missing') : undefined)} />
      {doctrine.briefing.map(({ key, title, hint, required }) => (
        <TextArea key={key} label={title} isOptional={!required} rows={2} placeholder={hint} maxLength={4_000} value={briefing[key] ?? ''} onValue={(text) => setBriefing({ ...briefing, [key]: text })} error={sending.problem?.of(`/briefing/${key}`)} />
      ))}
    </Ask>
  );
}

/** What was offered to me, to be read, and taken or refused. */
export function TakeDialog({ command, transfer, onClose }: Given & { transfer: Transfer }) {
  const taking = useSend('incidents', acceptTransfer);
  const [isRefusing, setRefusing] = useState(false);
  const take = async (): Promise<void> => {
    await taking.send({ id: command.id, rowId: transfer.id }).then(() => {
      announce(t('command.take.done'));
      onClose();
    }, () => undefined);
  };
  if (isRefusing) return <RefuseDialog command={command} transfer={transfer} onClose={onClose} />;
  return (
    <Ask size="wide" title={t('command.take.title', { who: transfer.from })} words={t('command.take')} sending={taking} onClose={onClose} onSave={() => void take()} beside={<Button onClick={() => setRefusing(true)}>{t('command.take.refuse')}</Button>}>
      <Briefing briefing={transfer.briefing} />
    </Ask>
  );
}

function RefuseDialog({ command, transfer, onClose }: Given & { transfer: Transfer }) {
  const sending = useSend('incidents', refuseTransfer);
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (!isShort(reason)) await sending.send({ id: command.id, rowId: transfer.id, reason: reason.trim() }).then(onClose, () => undefined);
  };
  return (
    <Ask title={t('command.take.refuse.title')} words={t('command.take.refuse')} sending={sending} onClose={onClose} onSave={() => void save()}>
      <TextArea label={t('command.reason')} rows={2} value={reason} onValue={setReason} maxLength={1_000} error={isChecked && isShort(reason) ? t('command.reason.missing') : undefined} />
    </Ask>
  );
}

export const Briefing = ({ briefing }: { briefing: Readonly<Record<string, string>> }) => (
  <dl className={css.briefing}>
    {doctrine.briefing.filter(({ key }) => briefing[key]).map(({ key, title }) => <div key={key}><dt className="label">{title}</dt><dd>{briefing[key]}</dd></div>)}
  </dl>
);

type Seated = Given & { seats: readonly Holder[] };

/** Takes command from who cannot hand it over. */
export function AssumeDialog({ command, seats, onClose }: Seated) {
  const sending = useSend('incidents', assumeCommand);
  const [holderId, setHolder] = useState(seats[0]?.id ?? '');
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (isShort(reason)) return;
    await sending.send({ id: command.id, holderId, reason: reason.trim() }).then(() => {
      announce(t('command.take.done'));
      onClose();
    }, () => undefined);
  };
  return (
    <Ask title={t('command.assume')} words={t('command.take')} sending={sending} onClose={onClose} onSave={() => void save()} isDanger>
      <p className="t2">{t('command.assume.said', { who: seats.map(({ name }) => name).join(', ') })}</p>
      {seats.length > 1 && <ChoiceGroup label={t('command.assume.whose')} value={holderId} onValue={setHolder} choices={seats.map(({ id, name }) => ({ value: id, title: name }))} />}
      <TextArea label={t('command.reason')} rows={2} value={reason} onValue={setReason} maxLength={1_000} error={isChecked && isShort(reason) ? t('command.reason.missing') : undefined} />
    </Ask>
  );
}

/** Lets somebody command beside me. */
export function JoinDialog({ command, onClose }: Given) {
  const sending = useSend('incidents', joinCommand);
  const { who, field } = useWho();
  const [isChecked, setChecked] = useState(false);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (who) await sending.send({ id: command.id, ...who }).then(onClose, () => undefined);
  };
  return (
    <Ask title={t('command.join')} words={t('command.join')} sending={sending} onClose={onClose} onSave={() => void save()}>
      <p className="t2">{t('command.join.help')}</p>
      {field(sending.problem?.of('/personId') ?? (isChecked && !who ? t('command.who.missing') : undefined))}
    </Ask>
  );
}

/** Ends one seat of a unified command. */
export function LeaveDialog({ command, seats, onClose }: Seated) {
  const sending = useSend('incidents', leaveCommand);
  const [holderId, setHolder] = useState(seats.at(-1)?.id ?? '');
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (!isShort(reason)) await sending.send({ id: command.id, holderId, reason: reason.trim() }).then(onClose, () => undefined);
  };
  return (
    <Ask title={t('command.leave')} words={t('command.leave')} sending={sending} onClose={onClose} onSave={() => void save()}>
      <ChoiceGroup label={t('command.assume.whose')} value={holderId} onValue={setHolder} choices={seats.map(({ id, name, agency }) => ({ value: id, title: agency ? `${name} (${agency})` : name }))} />
      <TextArea label={t('command.reason')} rows={2} value={reason} onValue={setReason} maxLength={1_000} error={isChecked && isShort(reason) ? t('command.reason.missing') : undefined} />
    </Ask>
  );
}
