import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { TasksOf } from '#modules/tasks/web/public.tsx';
import { Thread } from '#platform/thread/web/public.tsx';
import { useCommands } from '#platform/web/commands.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { one, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce, say } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Panel, RecordPage } from '#ui/record-page.tsx';
import { AskedRecord } from '#ui/states.tsx';
import { deliverInject, type ExerciseDetail, type Expectation, type Inject, type Observation, pauseExercise, readExercise, startExercise, strikeObjective } from '../contract.ts';
import { mayFrom, PERMISSION, type Verb } from '../rules.ts';
import css from './exercises.module.css';
import { InjectDialog } from './inject-dialog.tsx';
import { t } from './messages.en.ts';
import { Facts, Objectives, Observations, People } from './panels.tsx';
import { CancelDialog, ObjectiveDialog, PeopleDialog, PlanDialog } from './plan-dialogs.tsx';
import { ActionDialog, EndDialog, FinishDialog, IncidentDialog, JumpDialog, ObservationDialog, RateDialog, SkipDialog, StrikeDialog } from './run-dialogs.tsx';
import { Script } from './script.tsx';
import { Clock, ExerciseState, Mark } from './words.tsx';

const READ_EVERY_MS = 15_000;
const VIEW = viewOf({ tab: one(['script', 'plan', 'evaluation', 'thread']) });
type Plain = 'change' | 'cancel' | 'people' | 'objective' | 'end' | 'jump' | 'declare' | 'observe' | 'finish';
type Open = { does: Plain } | { does: 'inject'; inject: Inject | null } | { does: 'skip'; inject: Inject } | { does: 'rate'; expectation: Expectation } | { does: 'strike' | 'act'; observation: Observation };

export default function ExercisePage() {
  const { id = '' } = useParams({ strict: false });
  const reading = useRead('exercises', readExercise, { id }, { everyMs: READ_EVERY_MS });
  return <AskedRecord title={t('exercises.one')} reading={reading}>{(exercise) => <TheExercise key={exercise.id} exercise={exercise} />}</AskedRecord>;
}

function useMays(exercise: ExerciseDetail): (verb: Verb) => boolean {
  const rights: Record<string, boolean> = { 'exercises:plan': useMay('exercises:plan'), 'exercises:control': useMay('exercises:control'), 'exercises:evaluate': useMay('exercises:evaluate') };
  return (verb) => rights[PERMISSION[verb]] === true && mayFrom(verb, exercise.state);
}

/** What is done without a question; what is refused is said, and the page reads anew. */
function useAtOnce(exercise: ExerciseDetail) {
  const sends = { start: useSend('exercises', startExercise), pause: useSend('exercises', pauseExercise), deliver: useSend('exercises', deliverInject), strike: useSend('exercises', strikeObjective) };
  const run = (sending: Promise<ExerciseDetail>): void => void sending.then((after) => announce(t('exercises.saved', { number: after.number, state: t(`exercises.state.${after.state}`) }))).catch((error: unknown) => say((error as Error).message));
  const { id } = exercise;
  return {
    problem: [sends.start, sends.pause, sends.deliver, sends.strike].map(({ problem }) => problem).find((problem) => problem !== null) ?? null,
    start: () => run(sends.start.send({ id })), pause: () => run(sends.pause.send({ id })), deliver: (rowId: string) => run(sends.deliver.send({ id, rowId })), strike: (rowId: string) => run(sends.strike.send({ id, rowId })),
  };
}

function TheExercise({ exercise }: { exercise: ExerciseDetail }) {
  const [view, setView] = useView(VIEW);
  const [open, setOpen] = useState<Open | null>(null);
  const may = useMays(exercise);
  const [mayGive, maySeeTasks] = [useMay('tasks:write'), useMay('tasks:read')];
  const atOnce = useAtOnce(exercise);
  const zone = exercise.timeZone ?? undefined;
  useWhere({ title: exercise.number, ...(exercise.site && exercise.timeZone && { site: { name: exercise.site, timeZone: exercise.timeZone } }) });
  const print = (): void => void window.open(`/api/exercises/${exercise.id}/report.pdf`, '_blank', 'noopener');
  const ask = (does: Plain) => () => setOpen({ does });
  const isPlanned = exercise.state === 'planned';
  const verbs = [
    { verb: 'start', title: isPlanned ? t('exercises.start') : t('exercises.go.on'), key: 'S', run: atOnce.start, isNext: true }, { verb: 'pause', title: t('exercises.pause'), key: 'P', run: atOnce.pause, isNext: true },
    { verb: 'jump', title: t('exercises.jump'), key: 'J', run: ask('jump') }, { verb: 'declare', title: t('exercises.incident.declare'), run: ask('declare') }, { verb: 'change', title: t('exercises.change'), key: 'E', run: ask('change') },
    { verb: 'cancel', title: t('exercises.cancel.do'), run: ask('cancel') }, { verb: 'end', title: t('exercises.end'), key: 'X', run: ask('end') }, { verb: 'finish', title: t('exercises.finish'), run: ask('finish'), isNext: true },
  ].filter(({ verb }) => may(verb as Verb));
  useCommands([...verbs.map(({ key, title, run }) => ({ ...(key && { key }), title, run })), { title: t('exercises.print'), run: print }]);
  const tabs = [
    { key: 'script', title: t('exercises.tab.script'), body: (
      <Script exercise={exercise} actions={may('change') && <Button onClick={() => setOpen({ does: 'inject', inject: null })}>{t('exercises.inject.add')}</Button>} does={{
        deliver: may('deliver') ? ({ id }) => atOnce.deliver(id) : null, skip: (inject) => setOpen({ does: 'skip', inject }), change: may('change') ? (inject) => setOpen({ does: 'inject', inject }) : null, rate: may('rate') ? (expectation) => setOpen({ does: 'rate', expectation }) : null,
      }} />
    ) },
    { key: 'plan', title: t('exercises.tab.plan'), body: (
      <div className={css.two}>
        <Facts exercise={exercise} />
        <Objectives exercise={exercise} actions={may('change') && <Button onClick={() => setOpen({ does: 'objective' })}>{t('exercises.objective.add')}</Button>} onStrike={may('change') ? ({ id }) => atOnce.strike(id) : null} />
        <People exercise={exercise} actions={may('change') && <Button onClick={() => setOpen({ does: 'people' })}>{t('exercises.people.set')}</Button>} />
      </div>
    ) },
    { key: 'evaluation', title: t('exercises.tab.evaluation'), count: exercise.observations.length, body: (
      <Observations exercise={exercise} actions={may('observe') && <Button onClick={() => setOpen({ does: 'observe' })}>{t('exercises.observe')}</Button>} mayStrike={may('observe')} mayAct={may('act') && mayGive} does={{ strike: (observation) => setOpen({ does: 'strike', observation }), act: (observation) => setOpen({ does: 'act', observation }) }} />
    ) },
    { key: 'thread', title: t('exercises.tab.thread'), body: <Thread topic="exercises" recordId={exercise.id} siteZone={zone} tasks={maySeeTasks && <Panel title={t('exercises.tasks')}><TasksOf recordId={exercise.id} siteZone={zone} mayAdd={exercise.state !== 'cancelled'} /></Panel>} /> },
  ];
  return (
    <>
    <RecordPage
      wall={<><Mark />{atOnce.problem && <p role="alert" className={css.pad}>{atOnce.problem.detail}</p>}</>} number={exercise.number} title={exercise.title} state={<ExerciseState {...exercise} />} figures={exercise.startedAt && <Clock of={exercise} />}
      actions={<>
        <Button onClick={print}>{t('exercises.print')}</Button>
        {verbs.map(({ verb, title, key, run, isNext }) => <Button key={verb} look={isNext ? 'filled' : 'plain'} {...(key && { keyCap: key })} onClick={run}>{title}</Button>)}
      </>}
      tabs={{ all: tabs, current: view.tab, onTab: (tab) => setView({ tab: tab as typeof view.tab }), label: t('exercises.tabs') }}
    />
    {open && <Asking open={open} exercise={exercise} onClose={() => setOpen(null)} />}
    </>
  );
}

const DIALOGS = { cancel: CancelDialog, people: PeopleDialog, objective: ObjectiveDialog, end: EndDialog, jump: JumpDialog, declare: IncidentDialog, observe: ObservationDialog, finish: FinishDialog };

function Asking({ open, ...props }: { open: Open; exercise: ExerciseDetail; onClose: () => void }) {
  if (open.does === 'change') return <PlanDialog {...props} />;
  if (open.does === 'inject') return <InjectDialog {...props} inject={open.inject} />;
  if (open.does === 'skip') return <SkipDialog {...props} inject={open.inject} />;
  if (open.does === 'rate') return <RateDialog {...props} expectation={open.expectation} />;
  if (open.does === 'strike') return <StrikeDialog {...props} observation={open.observation} />;
  if (open.does === 'act') return <ActionDialog {...props} observation={open.observation} />;
  const Part = DIALOGS[open.does];
  return <Part {...props} />;
}
