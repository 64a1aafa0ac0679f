import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { addPosition, changePosition, closePosition, type Command, fillPosition, type Position, vacatePosition } from '../../command-contract.ts';
import { doctrine, isSingle, kindOf, mayStandUnder } from '../../command-rules.ts';
import { isShort } from './ask.tsx';
import css from './command.module.css';
import { t } from './messages.en.ts';
import { useWho } from './who-field.tsx';

type Given = { command: Command; position: Position; mayChange: boolean; onClose: () => void };
type Part = 'fill' | 'vacate' | 'rename' | 'add' | 'close';

/** One position: its duty, who fills it and filled it before, and what may be done with it. */
export function PositionDialog({ command, position, mayChange, onClose }: Given) {
  const [part, setPart] = useState<Part | null>(null);
  const zone = command.timeZone ?? undefined;
  const parts = mayChange ? partsOf(command, position) : [];
  return (
    <Dialog title={position.title} onClose={onClose} actions={<Button onClick={onClose}>{t('command.position.close-page')}</Button>}>
      <div className={css.form}>
        <p className="t2">{kindOf(position.kind)?.duty}</p>
        {position.holders.length === 0 && <p>{t('command.position.empty')}</p>}
        {position.holders.map((holder) => <p key={holder.id}><b>{holder.name}</b>{holder.agency && `, ${holder.agency}`} <span className="t2"><TwoTimes at={holder.fromAt} siteZone={zone} /></span></p>)}
        {position.before.length > 0 && (
          <div>
            <p className="label">{t('command.position.before')}</p>
            <ul>{position.before.slice(0, 8).map((holder) => <li key={holder.id} className="small t2">{holder.name} <TwoTimes at={holder.fromAt} siteZone={zone} /></li>)}</ul>
          </div>
        )}
        {parts.length > 0 && part === null && <div className={css.verbs}>{parts.map((one) => <Button key={one} onClick={() => setPart(one)}>{t(`command.position.${one}`)}</Button>)}</div>}
        {part === 'fill' && <FillForm command={command} position={position} onDone={onClose} />}
        {part === 'rename' && <RenameForm command={command} position={position} onDone={onClose} />}
        {part === 'add' && <AddForm command={command} position={position} onDone={onClose} />}
        {(part === 'vacate' || part === 'close') && <ReasonForm key={part} command={command} position={position} verb={part} onDone={onClose} />}
      </div>
    </Dialog>
  );
}

const partsOf = (command: Command, position: Position): Part[] => [
  ...(position.kind === 'commander' ? [] : (['fill'] as const)),
  ...(position.kind !== 'commander' && position.holders.length > 0 ? (['vacate'] as const) : []),
  ...(kindsUnder(command, position).length > 0 ? (['add'] as const) : []),
  'rename',
  ...(position.kind === 'commander' ? [] : (['close'] as const)),
];

const kindsUnder = ({ positions }: Command, { kind }: Position) =>
  doctrine.kinds.filter(({ key }) => mayStandUnder(key, kind) && !(isSingle(key) && positions.some((one) => one.kind === key && one.closedAt === null)));

type FormGiven = { command: Command; position: Position; onDone: () => void };

function FillForm({ command, position, onDone }: FormGiven) {
  const sending = useSend('incidents', fillPosition);
  const { who, field } = useWho();
  const [isChecked, setChecked] = useState(false);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (who) await sending.send({ id: command.id, rowId: position.id, ...who }).then(onDone, () => undefined);
  };
  return (
    <Form className={css.form} onSubmit={() => void save()}>
      {sending.problem && <FaultSummary faults={sending.problem.errors} detail={sending.problem.detail} />}
      {field(isChecked && !who ? t('command.who.missing') : undefined)}
      <Button type="submit" look="filled" isBusy={sending.isBusy}>{t('command.position.fill')}</Button>
    </Form>
  );
}

function RenameForm({ command, position, onDone }: FormGiven) {
  const sending = useSend('incidents', changePosition);
  const [title, setTitle] = useState(position.title);
  const save = async (): Promise<void> => {
    if (title.trim() !== '') await sending.send({ id: command.id, rowId: position.id, title: title.trim() }).then(onDone, () => undefined);
  };
  return (
    <Form className={css.form} onSubmit={() => void save()}>
      {sending.problem && <FaultSummary faults={sending.problem.errors} detail={sending.problem.detail} />}
      <TextField label={t('command.position.rename.to')} value={title} onValue={setTitle} maxLength={120} autoComplete="off" autoFocus />
      <Button type="submit" look="filled" isBusy={sending.isBusy}>{t('command.position.rename')}</Button>
    </Form>
  );
}

function AddForm({ command, position, onDone }: FormGiven) {
  const sending = useSend('incidents', addPosition);
  const kinds = kindsUnder(command, position);
  const [kind, setKind] = useState('');
  const [title, setTitle] = useState('');
  const [isChecked, setChecked] = useState(false);
  const chosen = kinds.find(({ key }) => key === kind);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (chosen) await sending.send({ id: command.id, parentId: position.id, kind: chosen.key, ...(title.trim() !== '' && { title: title.trim() }) }).then(onDone, () => undefined);
  };
  return (
    <Form className={css.form} onSubmit={() => void save()}>
      {sending.problem && <FaultSummary faults={sending.problem.errors} detail={sending.problem.detail} />}
      <SelectField label={t('command.position.kind')} value={kind} onValue={setKind} placeholder={t('command.position.choose')} choices={kinds.map((one) => ({ value: one.key, title: one.title }))} error={isChecked && !chosen ? t('command.position.kind.missing') : undefined} autoFocus />
      <TextField label={t('command.position.title')} isOptional value={title} onValue={setTitle} placeholder={chosen?.title} maxLength={120} autoComplete="off" />
      <Button type="submit" look="filled" isBusy={sending.isBusy}>{t('command.position.add')}</Button>
    </Form>
  );
}

function ReasonForm({ command, position, verb, onDone }: FormGiven & { verb: 'vacate' | 'close' }) {
  const sending = useSend('incidents', verb === 'vacate' ? vacatePosition : closePosition);
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (!isShort(reason)) await sending.send({ id: command.id, rowId: position.id, reason: reason.trim() }).then(onDone, () => undefined);
  };
  return (
    <Form className={css.form} onSubmit={() => void save()}>
      {sending.problem && <FaultSummary faults={sending.problem.errors} detail={sending.problem.detail} />}
      <TextArea label={t('command.reason')} rows={2} value={reason} onValue={setReason} maxLength={1_000} error={isChecked && isShort(reason) ? t('command.reason.missing') : undefined} />
      <Button type="submit" look="danger" isBusy={sending.isBusy}>{t(`command.position.${verb}`)}</Button>
    </Form>
  );
}
