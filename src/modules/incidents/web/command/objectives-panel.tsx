import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { ChoiceGroup, SelectField, TextArea, TextField } from '#ui/field.tsx';
import fieldCss from '#ui/field.module.css';
import { Icon } from '#ui/icon.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Empty } from '#ui/states.tsx';
import type { Command } from '../../command-contract.ts';
import { addNeed, changeObjective, moveNeed, moveObjective, type Objective, Progress, setObjective, strikeObjective } from '../../objectives-contract.ts';
import { Ask, isShort } from './ask.tsx';
import css from './command.module.css';
import { t } from './messages.en.ts';

type Given = { command: Command; mayCommand: boolean; mayPlan: boolean; onAdd: () => void };

/** What the command wants, how far it is, and what it needs. */
export function ObjectivesPanel({ command, mayCommand, mayPlan, onAdd }: Given) {
  const standing = command.objectives.filter(({ struckAt }) => struckAt === null);
  return (
    <Panel title={t('command.objectives')} actions={mayCommand && <Button look="quiet" icon="add" keyCap="O" onClick={onAdd}>{t('command.objective.add')}</Button>}>
      {standing.length === 0 && <Empty>{mayCommand ? t('command.objectives.none') : t('command.objectives.empty')}</Empty>}
      <ol className={css.objectives}>
        {standing.map((objective) => <Row key={objective.id} command={command} objective={objective} mayCommand={mayCommand} mayPlan={mayPlan} />)}
      </ol>
    </Panel>
  );
}

type RowGiven = Omit<Given, 'onAdd'> & { objective: Objective };

function Row({ command, objective, mayCommand, mayPlan }: RowGiven) {
  const [asked, setAsked] = useState<'change' | 'strike' | null>(null);
  const moving = useSend('incidents', moveObjective);
  const owner = command.positions.find(({ id }) => id === objective.positionId);
  const who = owner ? [owner.title, ...owner.holders.map(({ name }) => name)].join(', ') : t('command.objective.owner.none');
  return (
    <li className={css.objective} data-state={objective.state}>
      <span className={css.number} aria-hidden="true">{objective.number}</span>
      <div className={css.objectiveWords}>
        <b>{objective.text}</b>
        <span className="t2 small">{who}{objective.strategies && ` · ${objective.strategies}`}</span>
        {moving.problem && <span className={css.fault} role="alert"><Icon name="warning" size={13} />{moving.problem.detail}</span>}
        <Needs command={command} objective={objective} mayPlan={mayPlan} />
      </div>
      <div className={css.objectiveEnd}>
        <HowFar state={objective.state} label={t('command.objective.how-far', { n: objective.number })} mayChange={mayPlan} onState={(state) => void moving.send({ id: command.id, rowId: objective.id, state }).catch(() => undefined)} />
        {mayCommand && <span className={css.quietVerbs}><Button look="quiet" onClick={() => setAsked('change')}>{t('command.objective.change.verb')}<span className="unseen"> {objective.text}</span></Button><Button look="quiet" onClick={() => setAsked('strike')}>{t('command.objective.strike')}<span className="unseen"> {objective.text}</span></Button></span>}
      </div>
      {asked === 'change' && <ObjectiveDialog command={command} objective={objective} onClose={() => setAsked(null)} />}
      {asked === 'strike' && <StrikeDialog command={command} objective={objective} onClose={() => setAsked(null)} />}
    </li>
  );
}

type HowFarProps = { state: Progress; label: string; mayChange: boolean; onState: (state: Progress) => void };

const HowFar = ({ state, label, mayChange, onState }: HowFarProps) =>
  mayChange ? (
    <select className={`${fieldCss.input} ${css.howFar}`} aria-label={label} value={state} onChange={(event) => onState(Progress.options.find((one) => one === event.target.value) ?? state)}>
      {Progress.options.map((one) => <option key={one} value={one}>{t(`command.progress.${one}`)}</option>)}
    </select>
  ) : <span className="t2 small">{t(`command.progress.${state}`)}</span>;

function Needs({ command, objective, mayPlan }: { command: Command; objective: Objective; mayPlan: boolean }) {
  const moving = useSend('incidents', moveNeed);
  const adding = useSend('incidents', addNeed);
  const [text, setText] = useState<string | null>(null);
  const add = async (): Promise<void> => {
    if (text !== null && text.trim() !== '') await adding.send({ id: command.id, rowId: objective.id, text: text.trim() }).then(() => setText(null), () => undefined);
  };
  return (
    <>
      <ul className={css.needs}>
        {objective.needs.map((need) => (
          <li key={need.id} data-state={need.state}>
            <span>{need.text}</span>
            <HowFar state={need.state} label={t('command.need.how-far', { what: need.text })} mayChange={mayPlan} onState={(state) => void moving.send({ id: command.id, rowId: need.id, state }).catch(() => undefined)} />
          </li>
        ))}
      </ul>
      {mayPlan && text === null && <Button look="quiet" className={css.addNeed} onClick={() => setText('')}>{t('command.objective.need')}<span className="unseen"> {objective.text}</span></Button>}
      {text !== null && (
        <form className={css.inline} onSubmit={(event) => { event.preventDefault(); void add(); }}>
          <TextField label={t('command.objective.need')} value={text} onValue={setText} maxLength={500} autoComplete="off" autoFocus error={adding.problem?.detail} />
          <Button type="submit" isBusy={adding.isBusy}>{t('command.objective.need.add')}</Button>
          <Button look="quiet" onClick={() => setText(null)}>{t('command.cancel')}</Button>
        </form>
      )}
    </>
  );
}

/** Sets an objective, or changes one. */
export function ObjectiveDialog({ command, objective, onClose }: { command: Command; objective?: Objective; onClose: () => void }) {
  const setting = useSend('incidents', setObjective);
  const changing = useSend('incidents', changeObjective);
  const sending = objective ? changing : setting;
  const [text, setText] = useState(objective?.text ?? '');
  const [strategies, setStrategies] = useState(objective?.strategies ?? '');
  const [priority, setPriority] = useState(String(objective?.priority ?? 2));
  const [positionId, setPosition] = useState(objective?.positionId ?? '');
  const [needs, setNeeds] = useState('');
  const [isChecked, setChecked] = useState(false);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (text.trim() === '') return;
    const given = { text: text.trim(), strategies: strategies.trim(), priority: Number(priority), positionId: positionId === '' ? null : positionId };
    const lines = needs.split('\n').map((line) => line.trim()).filter((line) => line !== '');
    await (objective ? changing.send({ id: command.id, rowId: objective.id, ...given }) : setting.send({ id: command.id, ...given, needs: lines })).then(onClose, () => undefined);
  };
  const open = command.positions.filter(({ closedAt }) => closedAt === null);
  return (
    <Ask title={objective ? t('command.objective.change', { n: objective.number }) : t('command.objective.set')} words={objective ? t('command.save') : t('command.objective.set')} sending={sending} onClose={onClose} onSave={() => void save()}>
      <TextArea label={t('command.objective.text')} rows={2} value={text} onValue={setText} maxLength={500} error={isChecked && text.trim() === '' ? t('command.objective.text.missing') : undefined} />
      <TextArea label={t('command.objective.strategies')} isOptional rows={2} value={strategies} onValue={setStrategies} maxLength={4_000} />
      <SelectField label={t('command.objective.owner')} isOptional value={positionId} onValue={setPosition} placeholder={t('command.objective.owner.none')} choices={open.map(({ id, title, holders }) => ({ value: id, title: [title, ...holders.map(({ name }) => name)].join(', ') }))} error={sending.problem?.of('/positionId')} />
      <ChoiceGroup label={t('command.objective.priority')} value={priority} onValue={setPriority} choices={(['1', '2', '3'] as const).map((one) => ({ value: one, title: t(`command.objective.priority.${one}`) }))} />
      {!objective && <TextArea label={t('command.objective.needs')} isOptional rows={2} value={needs} onValue={setNeeds} maxLength={4_000} />}
    </Ask>
  );
}

function StrikeDialog({ command, objective, onClose }: { command: Command; objective: Objective; onClose: () => void }) {
  const sending = useSend('incidents', strikeObjective);
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (!isShort(reason)) await sending.send({ id: command.id, rowId: objective.id, reason: reason.trim() }).then(onClose, () => undefined);
  };
  return (
    <Ask title={t('command.objective.strike.title', { n: objective.number })} words={t('command.objective.strike')} sending={sending} onClose={onClose} onSave={() => void save()}>
      <TextArea label={t('command.reason')} rows={2} value={reason} onValue={setReason} maxLength={1_000} error={isChecked && isShort(reason) ? t('command.reason.missing') : undefined} />
    </Ask>
  );
}
