import { useCallback, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Found } from '#platform/imports/web/public.tsx';
import { readImport, runImport } from '#platform/imports/contract.ts';
import { readJob } from '#platform/jobs/contract.ts';
import { isOpen, JobProgress } from '#platform/jobs/web/public.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { FaultSummary } from '#ui/field.tsx';
import { Figure, Panel } from '#ui/record-page.tsx';
import { AskedRecord } from '#ui/states.tsx';
import { type Analysis, type Answer, getAnalysis, startAnswer } from '../../past-contract.ts';
import { dayOf, GroupsPanel, ParetoPanel, WeekPanel } from './charts.tsx';
import css from './last-year.module.css';
import { t } from './messages.en.ts';
import { CostPanel, type Each, eachOf, moneyOf } from './money.tsx';
import { RulesPanel } from './rules-panel.tsx';

/** One analysis: its file until that is taken, then its answer. */
export function AnalysisView({ id, onBack, onReadAgain }: { id: string; onBack: () => void; onReadAgain: (importId: string) => void }) {
  const reading = useRead('alarms', getAnalysis, { id });
  return (
    <AskedRecord reading={reading} title={t('past.title')}>
      {(analysis) => (
        <>
          <div className="row"><b className="head">{analysis.name}</b><span className="space" /><Button onClick={onBack}>{t('past.back')}</Button></div>
          {analysis.importId !== null && <FileSteps analysis={analysis} importId={analysis.importId} onReadAgain={onReadAgain} />}
          {analysis.answer && <AnswerView analysis={analysis} answer={analysis.answer} />}
        </>
      )}
    </AskedRecord>
  );
}

function FileSteps({ analysis: { id, answer }, importId, onReadAgain }: { analysis: Analysis; importId: string; onReadAgain: (importId: string) => void }) {
  const cache = useQueryClient();
  const running = useSend('imports', runImport);
  const answering = useSend('alarms', startAnswer);
  const reading = useRead('imports', readImport, { id: importId });
  const [run, setRun] = useState<string | null>(null);
  const [work, setWork] = useState<string | null>(null);
  const file = reading.data;
  const jobId = run ?? file?.jobId ?? null;
  const asked = useRead('jobs', readJob, { id: jobId ?? '' }, { isOn: jobId !== null });
  const freshly = useCallback(() => void Promise.all(['imports', 'alarms', 'jobs'].map((key) => cache.invalidateQueries({ queryKey: [key] }))), [cache]);
  const answerIt = useCallback(async (): Promise<void> => setWork((await answering.send({ id })).jobId), [answering, id]);
  const [over, setOver] = useState<string | null>(null);
  const jobOver = useCallback(() => {
    setOver(jobId);
    freshly();
    if (run !== null) void answerIt().catch(() => undefined);
  }, [freshly, run, answerIt, jobId]);
  const answered = useCallback(() => {
    freshly();
    setWork(null);
    announce(t('past.ready'));
  }, [freshly]);
  if (!file) return reading.state === 'failed' ? <Again work={work} answer={answer} onAnswer={answerIt} onDone={answered} /> : null;
  const isUnderWay = jobId !== null && asked.data !== undefined && isOpen(asked.data);
  const comes = file.tried === null ? 0 : file.tried.created;
  const take = async (): Promise<void> => {
    setOver(null);
    setRun((await running.send({ id: importId })).jobId);
  };
  return (
    <>
      {running.problem && <FaultSummary faults={[]} detail={running.problem.detail} />}
      {jobId !== null && jobId !== over && (run !== null || file.state === 'ready') && <JobProgress key={jobId} id={jobId} onDone={jobOver} />}
      {file.state === 'ready' && !isUnderWay && <div className="row"><Button onClick={() => onReadAgain(importId)}>{t('past.read-again')}</Button></div>}
      {file.state === 'tried' && file.tried && run === null && (
        <Found file={file} of="trial" counts={file.tried}>
          <Button onClick={() => onReadAgain(importId)}>{t('past.read-again')}</Button>
          {comes > 0 ? <Button look="filled" isBusy={running.isBusy} onClick={() => void take().catch(() => undefined)}>{t('past.take', { n: comes })}</Button> : <span className="t2">{t('past.take.none')}</span>}
        </Found>
      )}
      {file.state === 'done' && file.done && answer === null && <Found file={file} of="import" counts={file.done} />}
      {(file.state === 'done' || work !== null) && <Again work={work} answer={answer} onAnswer={answerIt} onDone={answered} />}
    </>
  );
}

type AgainProps = { work: string | null; answer: Answer | null; onAnswer: () => Promise<void>; onDone: () => void };

const Again = ({ work, answer, onAnswer, onDone }: AgainProps) =>
  work === null ? <div className="row">{answer === null && <Button look="filled" onClick={() => void onAnswer().catch(() => undefined)}>{t('past.answer')}</Button>}</div> : <JobProgress key={work} id={work} onDone={onDone} />;

function AnswerView({ analysis, answer }: { analysis: Analysis; answer: Answer }) {
  const each = eachOf(analysis);
  return (
    <>
      <InShort answer={answer} each={each} />
      <CostPanel analysis={analysis} mayChange />
      <RulesPanel name={analysis.name} answer={answer} each={each} />
      <ParetoPanel answer={answer} each={each} />
      <div className={css.pair}>
        <GroupsPanel title={t('past.types.table')} column={t('past.type')} each={each} rows={answer.types.groups.map(({ type, title, ...counts }) => ({ ...counts, key: `${type} ${title}`, name: type === null ? `${title} (${t('past.type.none')})` : title }))} />
        <GroupsPanel title={t('past.sites.table')} column={t('past.site')} each={each} rows={answer.sites.groups.map(({ site, ...counts }) => ({ ...counts, key: site ?? '', name: site ?? t('past.none-said') }))} />
      </div>
      <WeekPanel answer={answer} />
    </>
  );
}

function InShort({ answer: { counts, devices, first, last, timeZone }, each }: { answer: Answer; each: Each | null }) {
  const all = counts.false + counts.true + counts.unknown;
  const [low, high] = [moneyOf(each, counts.false), moneyOf(each, counts.false + counts.unknown)];
  const half = devices.half === 0 ? t('past.half.none') : devices.half === 1 ? t('past.half.one', { total: devices.total }) : t('past.half', { n: devices.half, total: devices.total });
  return (
    <Panel title={t('past.head')}>
      <div className={css.body}>
        <p className="head">{half}</p>
        <p className="t2">{t('past.span', { n: all, first: dayOf(first), last: dayOf(last), zone: timeZone })}</p>
      </div>
      <div className={css.figures}>
        <Figure figure={counts.false} word={t('past.figure.false')} />
        <Figure figure={counts.true} word={t('past.figure.true')} />
        <Figure figure={counts.unknown} word={t('past.figure.unknown')} />
        {low !== null && <Figure figure={low} word={t('past.figure.cost')} />}
      </div>
      <p className={`${css.text} t2 small`}>{counts.unknown === 0 ? t('past.bounds.none') : t('past.bounds', { low: counts.false, high: counts.false + counts.unknown, all, unknown: counts.unknown })} {counts.unknown > 0 && low !== null && high !== null && t('past.bounds.money', { low, high })}</p>
    </Panel>
  );
}
