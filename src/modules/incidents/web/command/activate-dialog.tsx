import { useState } from 'react';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { ChoiceGroup, TextArea } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import { activateCommand, type Command, endCommand } from '../../command-contract.ts';
import { Ask, isShort } from './ask.tsx';
import { t } from './messages.en.ts';

type Given = { command: Command; onClose: () => void };

/** Activates a command: which level, with what it begins, who commands. */
export function ActivateDialog({ command, onClose }: Given) {
  const sending = useSend('incidents', activateCommand);
  const [level, setLevel] = useState(String(command.suggested.level));
  const [commander, setCommander] = useState<Option | null>(null);
  const [why, setWhy] = useState('');
  const starts = command.suggested.levels.find((one) => String(one.level) === level)?.starts ?? [];
  const save = async (): Promise<void> => {
    await sending.send({ id: command.id, level: Number(level), why: why.trim(), ...(commander && { commanderId: commander.value }) }).then(() => {
      announce(t('command.activate.done'));
      onClose();
    }, () => undefined);
  };
  return (
    <Ask size="wide" title={t('command.activate.title')} words={t('command.activate')} sending={sending} onClose={onClose} onSave={() => void save()}>
      <ChoiceGroup label={t('command.activate.level')} value={level} onValue={setLevel} choices={command.suggested.levels.map((one) => ({ value: String(one.level), title: one.level === command.suggested.level ? t('command.activate.usual', { name: `${one.level} ${one.name}` }) : `${one.level} ${one.name}`, hint: one.meaning }))} />
      <p className="t2 small">{t('command.activate.starts', { positions: starts.map(({ title }) => title).join(', ') })}</p>
      <PersonPicker label={t('command.activate.commander')} help={t('command.activate.commander.help')} isOptional value={commander} onValue={setCommander} error={sending.problem?.of('/commanderId')} />
      <TextArea label={t('command.activate.why')} isOptional rows={2} value={why} onValue={setWhy} maxLength={1_000} />
    </Ask>
  );
}

/** Ends the command; what is still open is said first, and why it may stay so is asked. */
export function EndDialog({ command, onClose }: Given) {
  const sending = useSend('incidents', endCommand);
  const [summary, setSummary] = useState('');
  const [despite, setDespite] = useState('');
  const [isChecked, setChecked] = useState(false);
  const open = sending.problem?.of('/despite');
  const save = async (): Promise<void> => {
    setChecked(true);
    if (isShort(summary)) return;
    await sending.send({ id: command.id, summary: summary.trim(), ...(!isShort(despite) && { despite: despite.trim() }) }).then(() => {
      announce(t('command.end.done'));
      onClose();
    }, () => undefined);
  };
  return (
    <Ask title={t('command.end')} words={t('command.end')} sending={sending} onClose={onClose} onSave={() => void save()} isDanger>
      <p className="t2">{t('command.end.what')}</p>
      <TextArea label={t('command.end.summary')} rows={3} value={summary} onValue={setSummary} maxLength={3_000} error={isChecked && isShort(summary) ? t('command.end.missing') : undefined} />
      {(open !== undefined || despite !== '') && <TextArea label={t('command.end.despite')} rows={2} value={despite} onValue={setDespite} maxLength={1_000} error={open} />}
    </Ask>
  );
}
