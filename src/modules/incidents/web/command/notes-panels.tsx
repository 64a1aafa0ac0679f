import { useState } from 'react';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { Button, LinkButton } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { useNow } from '#ui/clock.ts';
import { TextArea } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { ageWords } from '#ui/times.ts';
import type { Command } from '../../command-contract.ts';
import { type Decision, endSafety, noteDecision, type SafetyMessage, strikeDecision, warnOfSafety } from '../../objectives-contract.ts';
import { Ask, isShort } from './ask.tsx';
import css from './command.module.css';
import { t } from './messages.en.ts';

type Given = { command: Command; mayPlan: boolean };

/** What everybody on the incident is warned of. */
export function SafetyPanel({ command, mayPlan }: Given) {
  const [isAsked, setAsked] = useState(false);
  const standing = command.safety.filter(({ endedAt }) => endedAt === null);
  return (
    <Panel title={t('command.safety')} actions={mayPlan && <Button look="quiet" icon="add" onClick={() => setAsked(true)}>{t('command.safety.warn')}</Button>}>
      {standing.length === 0 && <Empty>{t('command.safety.none')}</Empty>}
      <ul className={css.lines}>{standing.map((message) => <Warning key={message.id} command={command} message={message} mayPlan={mayPlan} />)}</ul>
      {isAsked && <SafetyDialog command={command} onClose={() => setAsked(false)} />}
    </Panel>
  );
}

function Warning({ command, message, mayPlan }: Given & { message: SafetyMessage }) {
  const ending = useSend('incidents', endSafety);
  return (
    <li>
      <div className={css.lineWords}><b>{message.text}</b><span className="t2 small">{message.by} · <TwoTimes at={message.at} siteZone={command.timeZone ?? undefined} /></span></div>
      {mayPlan && <Button look="quiet" isBusy={ending.isBusy} onClick={() => void ending.send({ id: command.id, rowId: message.id }).catch(() => undefined)}>{t('command.safety.end')}<span className="unseen"> {message.text}</span></Button>}
    </li>
  );
}

function SafetyDialog({ command, onClose }: { command: Command; onClose: () => void }) {
  const sending = useSend('incidents', warnOfSafety);
  const [text, setText] = useState('');
  const [isChecked, setChecked] = useState(false);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (!isShort(text)) await sending.send({ id: command.id, text: text.trim() }).then(onClose, () => undefined);
  };
  return (
    <Ask title={t('command.safety.title')} words={t('command.safety.warn')} sending={sending} onClose={onClose} onSave={() => void save()}>
      <TextArea label={t('command.safety.text')} rows={3} value={text} onValue={setText} maxLength={2_000} error={isChecked && isShort(text) ? t('command.safety.text.missing') : undefined} />
    </Ask>
  );
}

/** Duties to notify that nobody has decided on, the next due first. */
export function DutiesPanel({ command }: { command: Command }) {
  const now = useNow();
  return (
    <Panel title={t('command.duties')}>
      {command.duties.length === 0 && <Empty>{t('command.duties.none')}</Empty>}
      <ul className={css.lines}>
        {command.duties.map(({ key, title, dueAt }) => {
          const leftMs = dueAt === null ? null : Date.parse(dueAt) - now.getTime();
          return (
            <li key={key}>
              <div className={css.lineWords}><b>{title}</b><span className={cx('small', leftMs !== null && leftMs < 0 ? css.late : 't2')}>{leftMs === null ? t('command.duties.no-time') : leftMs < 0 ? t('command.duties.over', { time: ageWords(-leftMs) }) : t('command.duties.left', { time: ageWords(leftMs) })}</span></div>
              <LinkButton look="quiet" to={`/incidents/${command.id}?tab=duties`}>{t('command.duties.go')}<span className="unseen"> {title}</span></LinkButton>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

/** What was decided, why and instead of what, the latest first; struck, not changed. */
export function DecisionsPanel({ command, mayPlan, onNote }: Given & { onNote: () => void }) {
  return (
    <Panel title={t('command.decisions')} actions={mayPlan && <Button look="quiet" icon="add" keyCap="D" onClick={onNote}>{t('command.decision.note.verb')}<span className="unseen"> {t('command.decisions')}</span></Button>}>
      {command.decisions.length === 0 && <Empty>{t('command.decisions.none')}</Empty>}
      <ol className={css.lines}>{command.decisions.map((decision) => <DecisionRow key={decision.id} command={command} decision={decision} mayPlan={mayPlan} />)}</ol>
    </Panel>
  );
}

function DecisionRow({ command, decision, mayPlan }: Given & { decision: Decision }) {
  const [isAsked, setAsked] = useState(false);
  return (
    <li>
      <div className={css.lineWords}>
        <b className={decision.struckAt === null ? undefined : css.struck}>{decision.number}. {decision.decision}</b>
        {decision.why && <span className="small">{t('command.decision.why')}: {decision.why}</span>}
        {decision.options && <span className="t2 small">{t('command.decision.options')}: {decision.options}</span>}
        <span className="t2 small">{decision.decidedBy} · <TwoTimes at={decision.at} siteZone={command.timeZone ?? undefined} /></span>
        {decision.struckAt !== null && <span className="t2 small">{t('command.decision.struck', { who: decision.struckBy ?? '', why: decision.struckReason ?? '' })}</span>}
      </div>
      {mayPlan && decision.struckAt === null && <Button look="quiet" onClick={() => setAsked(true)}>{t('command.decision.strike')}<span className="unseen"> {decision.decision.slice(0, 60)}</span></Button>}
      {isAsked && <StrikeDialog command={command} decision={decision} onClose={() => setAsked(false)} />}
    </li>
  );
}

function StrikeDialog({ command, decision, onClose }: { command: Command; decision: Decision; onClose: () => void }) {
  const sending = useSend('incidents', strikeDecision);
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (!isShort(reason)) await sending.send({ id: command.id, rowId: decision.id, reason: reason.trim() }).then(onClose, () => undefined);
  };
  return (
    <Ask title={t('command.decision.strike.title', { n: decision.number })} words={t('command.decision.strike')} sending={sending} onClose={onClose} onSave={() => void save()}>
      <TextArea label={t('command.reason')} rows={2} value={reason} onValue={setReason} maxLength={1_000} error={isChecked && isShort(reason) ? t('command.reason.missing') : undefined} />
    </Ask>
  );
}

export function DecisionDialog({ command, onClose }: { command: Command; onClose: () => void }) {
  const sending = useSend('incidents', noteDecision);
  const [decision, setDecision] = useState('');
  const [why, setWhy] = useState('');
  const [options, setOptions] = useState('');
  const [by, setBy] = useState<Option | null>(null);
  const [isChecked, setChecked] = useState(false);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (decision.trim() !== '') await sending.send({ id: command.id, decision: decision.trim(), why: why.trim(), options: options.trim(), ...(by && { decidedBy: by.value }) }).then(onClose, () => undefined);
  };
  return (
    <Ask title={t('command.decision.note')} words={t('command.decision.note.verb')} sending={sending} onClose={onClose} onSave={() => void save()}>
      <TextArea label={t('command.decision.what')} rows={2} value={decision} onValue={setDecision} maxLength={2_000} error={isChecked && decision.trim() === '' ? t('command.decision.what.missing') : undefined} />
      <TextArea label={t('command.decision.why')} isOptional rows={2} value={why} onValue={setWhy} maxLength={4_000} />
      <TextArea label={t('command.decision.options')} isOptional rows={2} value={options} onValue={setOptions} maxLength={4_000} />
      <PersonPicker label={t('command.decision.by')} help={t('command.decision.by.help')} isOptional value={by} onValue={setBy} error={sending.problem?.of('/decidedBy')} />
    </Ask>
  );
}
