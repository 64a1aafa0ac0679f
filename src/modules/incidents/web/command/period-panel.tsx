import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { useNow } from '#ui/clock.ts';
import { TextArea } from '#ui/field.tsx';
import { Icon } from '#ui/icon.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { ageWords } from '#ui/times.ts';
import { beginPeriod, changePeriod, type Command, markStep, type Period } from '../../command-contract.ts';
import { cycleOf } from '../../command-rules.ts';
import { Ask } from './ask.tsx';
import css from './command.module.css';
import { t } from './messages.en.ts';

type Given = { command: Command; mayCommand: boolean; mayPlan: boolean; onBegin: () => void };

/** The present period and its planning cycle: what is next, until when, what is done. */
export function PeriodPanel({ command, mayCommand, mayPlan, onBegin }: Given) {
  const [isChanging, setChanging] = useState(false);
  const period = command.periods.find(({ endedAt }) => endedAt === null);
  return (
    <Panel title={t('command.period')} note={period && t('command.period.number', { n: period.number })} actions={period && mayCommand && <Button look="quiet" onClick={() => setChanging(true)}>{t('command.period.change')}</Button>}>
      {!period && <Empty action={mayCommand && <Button onClick={onBegin}>{t('command.period.begin')}</Button>}>{t('command.period.none')}</Empty>}
      {period && <Cycle command={command} period={period} mayPlan={mayPlan} />}
      {period && isChanging && <ChangeDialog command={command} period={period} onClose={() => setChanging(false)} />}
    </Panel>
  );
}

function Cycle({ command, period, mayPlan }: { command: Command; period: Period; mayPlan: boolean }) {
  const now = useNow();
  const marking = useSend('incidents', markStep);
  const zone = command.timeZone ?? undefined;
  const steps = cycleOf(period, new Map(period.steps.flatMap(({ key, doneAt }) => (doneAt === null ? [] : [[key, doneAt]]))), now.getTime());
  const next = steps.find(({ state }) => state === 'late' || state === 'next');
  const mark = (step: string, isDone: boolean) => void marking.send({ id: command.id, rowId: period.id, step, isDone }).catch(() => undefined);
  const leftMs = next ? Date.parse(next.dueAt) - now.getTime() : 0;
  return (
    <div className={css.cycle}>
      {period.emphasis && <p className={css.emphasis}>{period.emphasis}</p>}
      <div className={css.clock}>
        <Loop states={steps.map(({ state }) => state)} at={next ? steps.indexOf(next) : steps.length} />
        <p className={css.clockWords}>
          {next ? <><b className={cx('figure', leftMs < 0 && css.lateFigure)}>{ageWords(Math.abs(leftMs))}</b><span className="t2 small">{t(leftMs < 0 ? 'command.period.late' : 'command.period.until', { what: next.title })}</span></> : <span className="t2">{t('command.period.all-done')}</span>}
          <span className="t2 small">{t('command.period.ends')} <TwoTimes at={period.endsAt} siteZone={zone} /></span>
        </p>
      </div>
      {marking.problem && <p className={css.fault} role="alert"><Icon name="warning" size={13} />{marking.problem.detail}</p>}
      <ol className={css.steps} aria-label={t('command.period.steps')}>
        {steps.map((step) => (
          <li key={step.key} data-state={step.state} aria-current={step === next ? 'step' : undefined}>
            <span className={css.stepMark} aria-hidden="true">{step.state === 'done' && <Icon name="check" size={13} />}</span>
            <span className={css.stepWords}><span>{step.title}</span> <span className="t2 small">{step.state === 'done' ? t('command.step.done') : <TwoTimes at={step.dueAt} siteZone={zone} />}{step.state === 'late' && <b className={css.late}> {t('command.step.late')}</b>}</span></span>
            {mayPlan && <Button look="quiet" onClick={() => mark(step.key, step.state !== 'done')}>{step.state === 'done' ? t('command.period.undo') : t('command.period.done')}<span className="unseen"> {step.title}</span></Button>}
          </li>
        ))}
      </ol>
    </div>
  );
}

const CENTRE = { x: 74, y: 62, r: 44 };

/** The P: a stem up which an incident comes once, and a loop that each period goes round. What it shows stands beside it in words. */
function Loop({ states, at }: { states: readonly string[]; at: number }) {
  const point = (i: number): [number, number] => {
    // From the foot of the loop, where the stem ends, clockwise.
    const angle = Math.PI + ((i + 0.5) / states.length) * Math.PI * 1.75 - Math.PI * 0.12;
    return [CENTRE.x + CENTRE.r * Math.cos(angle), CENTRE.y + CENTRE.r * Math.sin(angle)];
  };
  return (
    <svg className={css.loop} viewBox="0 0 136 136" aria-hidden="true">
      <path className={css.stem} d={`M${CENTRE.x - CENTRE.r} 130V${CENTRE.y}`} />
      <circle className={css.ring} cx={CENTRE.x} cy={CENTRE.y} r={CENTRE.r} />
      {states.map((state, i) => {
        const [x, y] = point(i);
        return <circle key={i} className={css.dot} data-state={i === at ? 'now' : state} cx={x} cy={y} r={i === at ? 7 : 5} />;
      })}
    </svg>
  );
}

const HOURS = [4, 8, 12, 24] as const;
const endAfter = (hours: number, now: number): string => new Date(Math.ceil((now + hours * 3_600_000) / 900_000) * 900_000).toISOString();

/** Begins the next period; the one before ends in the same moment. */
export function PeriodDialog({ command, onClose }: { command: Command; onClose: () => void }) {
  const sending = useSend('incidents', beginPeriod);
  const now = useNow();
  const open = command.periods.find(({ endedAt }) => endedAt === null);
  const [endsAt, setEnds] = useState<string | null>(() => endAfter(12, now.getTime()));
  const [typed, setTyped] = useState(0);
  const [emphasis, setEmphasis] = useState('');
  const [isChecked, setChecked] = useState(false);
  const number = (command.periods[0]?.number ?? 0) + 1;
  const save = async (): Promise<void> => {
    setChecked(true);
    if (endsAt !== null) await sending.send({ id: command.id, after: open?.id ?? null, endsAt, emphasis: emphasis.trim() }).then(onClose, () => undefined);
  };
  const choose = (hours: number): void => {
    setEnds(endAfter(hours, now.getTime()));
    setTyped(typed + 1);
  };
  return (
    <Ask title={open ? t('command.period.next', { n: number, before: open.number }) : t('command.period.first', { n: number })} words={t('command.period.begin')} sending={sending} onClose={onClose} onSave={() => void save()}>
      <div className={css.verbs}>{HOURS.map((hours) => <Button key={hours} onClick={() => choose(hours)}>{t('command.period.hours', { n: hours })}</Button>)}</div>
      <MomentField key={typed} label={t('command.period.ends')} meaning="future" value={endsAt} onValue={setEnds} timeZone={command.timeZone ?? 'UTC'} error={sending.problem?.of('/endsAt') ?? (isChecked && endsAt === null ? t('command.period.ends.missing') : undefined)} />
      <TextArea label={t('command.period.emphasis')} isOptional rows={3} value={emphasis} onValue={setEmphasis} maxLength={4_000} />
    </Ask>
  );
}

function ChangeDialog({ command, period, onClose }: { command: Command; period: Period; onClose: () => void }) {
  const sending = useSend('incidents', changePeriod);
  const [endsAt, setEnds] = useState<string | null>(period.endsAt);
  const [emphasis, setEmphasis] = useState(period.emphasis);
  const save = async (): Promise<void> => {
    if (endsAt !== null) await sending.send({ id: command.id, rowId: period.id, endsAt, emphasis: emphasis.trim() }).then(onClose, () => undefined);
  };
  return (
    <Ask title={t('command.period.change.title', { n: period.number })} words={t('command.save')} sending={sending} onClose={onClose} onSave={() => void save()}>
      <MomentField label={t('command.period.ends')} meaning="future" value={endsAt} onValue={setEnds} timeZone={command.timeZone ?? 'UTC'} error={sending.problem?.of('/endsAt') ?? (endsAt === null ? t('command.period.ends.missing') : undefined)} />
      <TextArea label={t('command.period.emphasis')} isOptional rows={3} value={emphasis} onValue={setEmphasis} maxLength={4_000} />
    </Ask>
  );
}
