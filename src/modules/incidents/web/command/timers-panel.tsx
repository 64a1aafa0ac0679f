import { useEffect, useRef, useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { useNow } from '#ui/clock.ts';
import { TextField } from '#ui/field.tsx';
import { Icon } from '#ui/icon.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Empty } from '#ui/states.tsx';
import { ageWords } from '#ui/times.ts';
import type { Command } from '../../command-contract.ts';
import { startTimer, stopTimer, type Timer } from '../../objectives-contract.ts';
import { Ask } from './ask.tsx';
import css from './command.module.css';
import { t } from './messages.en.ts';

type Given = { command: Command; mayWrite: boolean; onStart: () => void };

/** Named clocks: what runs, the next one due first; one that is due rings until somebody stops it. */
export function TimersPanel({ command, mayWrite, onStart }: Given) {
  const now = useNow();
  const running = command.timers.filter(({ stoppedAt }) => stoppedAt === null);
  useSaidOnce(running.filter(({ dueAt }) => Date.parse(dueAt) <= now.getTime()));
  return (
    <Panel title={t('command.timers')} actions={mayWrite && <Button look="quiet" icon="add" keyCap="K" onClick={onStart}>{t('command.timer.start.verb')}<span className="unseen"> {t('command.timers')}</span></Button>}>
      {running.length === 0 && <Empty>{t('command.timers.none')}</Empty>}
      <ul className={css.timers}>{running.map((timer) => <Running key={timer.id} command={command} timer={timer} mayWrite={mayWrite} nowMs={now.getTime()} />)}</ul>
    </Panel>
  );
}

/** Says each timer once when it becomes due, also to who looks elsewhere on the page. */
function useSaidOnce(due: readonly Timer[]): void {
  const said = useRef(new Set<string>());
  useEffect(() => {
    for (const { id, name } of due) {
      if (said.current.has(id)) continue;
      said.current.add(id);
      announce(t('command.timer.due-now', { name }));
    }
  }, [due]);
}

function Running({ command, timer, mayWrite, nowMs }: { command: Command; timer: Timer; mayWrite: boolean; nowMs: number }) {
  const stopping = useSend('incidents', stopTimer);
  const leftMs = Date.parse(timer.dueAt) - nowMs;
  const rings = leftMs <= 0;
  return (
    <li className={css.timer} data-rings={rings}>
      <Icon name={rings ? 'bell' : 'clock'} size={16} />
      <span className={css.timerWords}><b>{timer.name}</b><span className="t2 small">{rings ? t('command.timer.rings', { time: ageWords(-leftMs) }) : t('command.timer.left', { time: ageWords(leftMs) })} · {timer.startedBy}</span>{stopping.problem && <span className={css.fault} role="alert">{stopping.problem.detail}</span>}</span>
      {mayWrite && <Button look={rings ? 'plain' : 'quiet'} isBusy={stopping.isBusy} onClick={() => void stopping.send({ id: command.id, rowId: timer.id }).catch(() => undefined)}>{t('command.timer.stop')}<span className="unseen"> {timer.name}</span></Button>}
    </li>
  );
}

const MINUTES = [5, 15, 30, 60] as const;

export function TimerDialog({ command, onClose }: { command: Command; onClose: () => void }) {
  const sending = useSend('incidents', startTimer);
  const now = useNow();
  const after = (minutes: number): string => new Date(now.getTime() + minutes * 60_000).toISOString();
  const [name, setName] = useState('');
  const [dueAt, setDue] = useState<string | null>(() => after(15));
  const [typed, setTyped] = useState(0);
  const [isChecked, setChecked] = useState(false);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (name.trim() !== '' && dueAt !== null) await sending.send({ id: command.id, name: name.trim(), dueAt }).then(onClose, () => undefined);
  };
  return (
    <Ask title={t('command.timer.start')} words={t('command.timer.start.verb')} sending={sending} onClose={onClose} onSave={() => void save()}>
      <TextField label={t('command.timer.name')} value={name} onValue={setName} maxLength={120} autoComplete="off" error={isChecked && name.trim() === '' ? t('command.timer.name.missing') : undefined} />
      <div className={css.verbs}>{MINUTES.map((minutes) => <Button key={minutes} onClick={() => { setDue(after(minutes)); setTyped(typed + 1); }}>{t('command.timer.minutes', { n: minutes })}</Button>)}</div>
      <MomentField key={typed} label={t('command.timer.due')} meaning="future" value={dueAt} onValue={setDue} timeZone={command.timeZone ?? 'UTC'} error={sending.problem?.of('/dueAt') ?? (isChecked && dueAt === null ? t('command.timer.due.missing') : undefined)} />
    </Ask>
  );
}
