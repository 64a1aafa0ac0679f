import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMe } from '#platform/web/session.tsx';
import { useWhere } from '#platform/web/where.ts';
import { Button, LinkButton } from '#ui/button.tsx';
import { useNow } from '#ui/clock.ts';
import { Icon } from '#ui/icon.tsx';
import { Menu, type MenuItem } from '#ui/menu.tsx';
import { Figure, Panel, RecordPage } from '#ui/record-page.tsx';
import { SimulatedTag } from '#ui/simulated.tsx';
import { AskedRecord, Empty, Waiting } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { Age, TwoTimes } from '#ui/time.tsx';
import { ageWords } from '#ui/times.ts';
import { type Command, type Holder, readCommand, type Transfer, withdrawTransfer } from '../../command-contract.ts';
import { kindOf } from '../../command-rules.ts';
import { LogPanel } from '../log-panel.tsx';
import { SeverityMark } from '../severity.tsx';
import { type Strikable, StrikeDialog } from '../strike-dialog.tsx';
import { ActivateDialog, EndDialog } from './activate-dialog.tsx';
import { Chart } from './chart.tsx';
import css from './command.module.css';
import { t } from './messages.en.ts';
import { type NextAct, nextAct } from './next-act.ts';
import { DecisionDialog, DecisionsPanel, DutiesPanel, SafetyPanel } from './notes-panels.tsx';
import { ObjectiveDialog, ObjectivesPanel } from './objectives-panel.tsx';
import { PeriodDialog, PeriodPanel } from './period-panel.tsx';
import { PositionDialog } from './position-dialog.tsx';
import { TimerDialog, TimersPanel } from './timers-panel.tsx';
import { AssumeDialog, HandDialog, JoinDialog, LeaveDialog, TakeDialog } from './transfer-dialogs.tsx';

/** The board of an incident's command. */
export default function CommandBoardPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const command = useRead('incidents', readCommand, { id });
  useWhere({ title: command.data?.number ?? t('command'), ...(command.data?.site && command.data.timeZone && { site: { name: command.data.site, timeZone: command.data.timeZone } }) });
  return (
    <AskedRecord title={t('command')} reading={command} waiting={<Waiting rows={9} what={t('command')} />}>
      {(read) => <CommandBoard key={read.id} command={read} />}
    </AskedRecord>
  );
}

type Question = 'activate' | 'end' | 'hand' | 'assume' | 'join' | 'leave' | 'objective' | 'period' | 'timer' | 'decision' | { position: string } | { take: Transfer };

function CommandBoard({ command }: { command: Command }) {
  const me = useMe().personId;
  const now = useNow();
  const [asked, setAsked] = useState<Question | null>(null);
  const [striking, setStriking] = useState<Strikable | null>(null);
  const may = (permission: string): boolean => command.state === 'open' && command.mine.includes(`incidents:${permission}`);
  const isOn = command.current !== null;
  const [mayCommand, mayPlan, mayWrite] = [isOn && may('command'), isOn && may('plan-section'), may('write')];
  const next = nextAct(command, me, now.getTime());
  useCommands([
    ...(mayCommand ? [{ key: 'O', title: t('command.objective.set'), run: () => setAsked('objective') }] : []),
    ...(mayWrite ? [{ key: 'K', title: t('command.timer.start'), run: () => setAsked('timer') }] : []),
    ...(mayPlan ? [{ key: 'D', title: t('command.decision.note'), run: () => setAsked('decision') }] : []),
  ]);
  const mine = command.positions.filter(({ closedAt, holders }) => closedAt === null && holders.some(({ personId }) => personId === me));
  return (
    <>
      <RecordPage
        number={command.number} title={command.title} state={<Marks command={command} />} figures={<Figures command={command} nowMs={now.getTime()} />}
        actions={<Actions command={command} me={me} next={next} onAsk={setAsked} />}
      >
        <div className={css.board}>
          <div className={css.left}>
            {!isOn && <Panel title={t('command')}><Empty>{t(command.state === 'closed' ? 'command.none.closed' : may('activate') ? 'command.none.may' : 'command.none')}</Empty><Past command={command} /></Panel>}
            {isOn && <Waits command={command} me={me} />}
            {mine.map(({ id, kind, title }) => <p key={id} className={css.mine}><Icon name="person" size={13} />{t('command.mine', { what: title })} <span className="t2">{kindOf(kind)?.duty}</span></p>)}
            {isOn && <div className={css.top}><Chart command={command} onOpen={({ id }) => setAsked({ position: id })} /><PeriodPanel command={command} mayCommand={mayCommand} mayPlan={mayPlan} onBegin={() => setAsked('period')} /></div>}
            {isOn && <ObjectivesPanel command={command} mayCommand={mayCommand} mayPlan={mayPlan} onAdd={() => setAsked('objective')} />}
            <div className={css.notes}>
              <TimersPanel command={command} mayWrite={mayWrite} onStart={() => setAsked('timer')} />
              {isOn && <SafetyPanel command={command} mayPlan={mayPlan} />}
              <DutiesPanel command={command} />
              {isOn && <DecisionsPanel command={command} mayPlan={mayPlan} onNote={() => setAsked('decision')} />}
            </div>
          </div>
          <LogPanel incident={command} mayWrite={command.mine.includes('incidents:write')} onStrike={setStriking} />
        </div>
      </RecordPage>
      {asked && <Asked command={command} asked={asked} mayCommand={mayCommand} onClose={() => setAsked(null)} />}
      {striking && <StrikeDialog incidentId={command.id} line={striking} onClose={() => setStriking(null)} />}
    </>
  );
}

const seatsOf = ({ positions }: Command): readonly Holder[] => positions.find(({ kind }) => kind === 'commander')?.holders ?? [];

function Asked({ command, asked, mayCommand, onClose }: { command: Command; asked: Question; mayCommand: boolean; onClose: () => void }) {
  const given = { command, onClose };
  if (typeof asked === 'object') {
    if ('take' in asked) return <TakeDialog {...given} transfer={asked.take} />;
    const position = command.positions.find(({ id }) => id === asked.position);
    return position ? <PositionDialog {...given} position={position} mayChange={mayCommand} /> : null;
  }
  switch (asked) {
    case 'activate': return <ActivateDialog {...given} />;
    case 'end': return <EndDialog {...given} />;
    case 'hand': return <HandDialog {...given} />;
    case 'assume': return <AssumeDialog {...given} seats={seatsOf(command)} />;
    case 'join': return <JoinDialog {...given} />;
    case 'leave': return <LeaveDialog {...given} seats={seatsOf(command)} />;
    case 'objective': return <ObjectiveDialog {...given} />;
    case 'period': return <PeriodDialog {...given} />;
    case 'timer': return <TimerDialog {...given} />;
    case 'decision': return <DecisionDialog {...given} />;
  }
}

function Marks({ command }: { command: Command }) {
  const { current } = command;
  const level = command.suggested.levels.find((one) => one.level === current?.level);
  return (
    <>
      {command.isSimulated && <SimulatedTag />}
      <SeverityMark severity={command.severity} />
      {current && <Tag look="line">{t('command.level', { n: current.level, name: level?.name ?? '' })}</Tag>}
      {current?.mode === 'unified' && <Tag look="line">{t('command.unified')}</Tag>}
      {current && <span className="t2 small">{t('command.since')} <TwoTimes at={current.activatedAt} siteZone={command.timeZone ?? undefined} /></span>}
    </>
  );
}

function Figures({ command, nowMs }: { command: Command; nowMs: number }) {
  const period = command.periods.find(({ endedAt }) => endedAt === null);
  if (!command.current) return null;
  const leftMs = period ? Date.parse(period.endsAt) - nowMs : 0;
  return (
    <>
      {period && <Figure figure={ageWords(Math.abs(leftMs))} word={t(leftMs < 0 ? 'command.over' : 'command.left', { n: period.number })} />}
      <Figure figure={<Age since={command.current.activatedAt} />} word={t('command.running')} />
    </>
  );
}

type ActionsProps = { command: Command; me: string; next: NextAct; onAsk: (question: Question) => void };

/** What most likely comes next is filled; the rest is a list. */
function Actions({ command, me, next, onAsk }: ActionsProps) {
  const may = (permission: string): boolean => command.mine.includes(`incidents:${permission}`);
  const seats = seatsOf(command);
  const commands = seats.some(({ personId }) => personId === me);
  const isOn = command.current !== null;
  const items: MenuItem[] = [
    ...(commands && may('command') ? [{ title: t('command.hand'), run: () => onAsk('hand') }, { title: t('command.join'), run: () => onAsk('join') }] : []),
    ...(commands && seats.length > 1 ? [{ title: t('command.leave'), run: () => onAsk('leave') }] : []),
    ...(isOn && !commands && may('activate') && may('command') ? [{ title: t('command.assume'), run: () => onAsk('assume') }] : []),
    ...(isOn && may('command') && next?.kind !== 'period' && next?.kind !== 'next-period' ? [{ title: t('command.period.begin'), run: () => onAsk('period') }] : []),
    ...(isOn && may('activate') ? [{ title: t('command.end'), run: () => onAsk('end') }] : []),
  ];
  return (
    <>
      <LinkButton to={`/incidents/${command.id}`} icon="left">{t('command.back')}</LinkButton>
      {items.length > 0 && <Menu className={css.more} label={t('command.more')} trigger={t('command.more')} items={items} />}
      {next?.kind === 'activate' && <Button look="filled" onClick={() => onAsk('activate')}>{t('command.activate')}</Button>}
      {next?.kind === 'take' && <Button look="filled" onClick={() => onAsk({ take: next.transfer })}>{t('command.take')}</Button>}
      {next?.kind === 'objective' && <Button look="filled" onClick={() => onAsk('objective')}>{t('command.objective.set')}</Button>}
      {(next?.kind === 'period' || next?.kind === 'next-period') && <Button look="filled" onClick={() => onAsk('period')}>{t('command.period.begin')}</Button>}
    </>
  );
}

/** A hand-over of command that nobody has answered, said to everybody who looks. */
function Waits({ command, me }: { command: Command; me: string }) {
  const withdrawing = useSend('incidents', withdrawTransfer);
  const commands = seatsOf(command).some(({ personId }) => personId === me);
  return command.transfers.filter(({ state }) => state === 'proposed').map(({ id, to, proposedAt }) => (
    <p key={id} className={css.waits} role="status">
      <Icon name="swap" size={13} />
      <span>{t('command.hand.waits', { who: to })} <Age since={proposedAt} /></span>
      {commands && <Button look="quiet" isBusy={withdrawing.isBusy} onClick={() => void withdrawing.send({ id: command.id, rowId: id }).catch(() => undefined)}>{t('command.hand.withdraw')}</Button>}
      {withdrawing.problem && <span role="alert">{withdrawing.problem.detail}</span>}
    </p>
  ));
}

const Past = ({ command }: { command: Command }) => (
  <ul className={css.lines}>
    {command.past.map(({ id, level, endedAt, endedBy, endedWhy }) => <li key={id}><div className={css.lineWords}><span className="t2 small">{t('command.past', { level, who: endedBy ?? '' })} · <TwoTimes at={endedAt ?? ''} siteZone={command.timeZone ?? undefined} /></span><span>{endedWhy}</span></div></li>)}
  </ul>
);
