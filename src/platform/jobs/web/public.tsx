import { useEffect, useRef } from 'react';
import { Link } from '#platform/web/navigation.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Failed } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { type Job, readJob, stopJob } from '../contract.ts';
import css from './jobs.module.css';
import { t } from './messages.en.ts';

const READ_EVERY_MS = 2000;
const LOOK = { queued: 'plain', running: 'act', done: 'ok', failed: 'p1', stopped: 'plain' } as const;

/** Whether a job is still to end. */
export const isOpen = ({ state }: Pick<Job, 'state'>): boolean => state === 'queued' || state === 'running';

/** The state of a job in a word. */
export const JobStateTag = ({ job }: { job: Pick<Job, 'state' | 'isStopping'> }) => <Tag look={LOOK[job.state]}>{job.isStopping ? t('jobs.stopping') : t(`jobs.state.${job.state}`)}</Tag>;

/** How far a job is. */
export const JobBar = ({ job }: { job: Pick<Job, 'title' | 'progress' | 'progressWords'> }) => (
  <>
    <progress className={css.bar} max={1} value={job.progress} aria-label={t('jobs.progress.of', { title: job.title })} />
    <span className="t2 small">{t('jobs.progress', { n: Math.round(job.progress * 100) })} {job.progressWords}</span>
  </>
);

/** The button that stops a job. */
export function StopButton({ job }: { job: Pick<Job, 'id' | 'title'> }) {
  const { send, isBusy } = useSend('jobs', stopJob);
  return <Button isBusy={isBusy} aria-label={t('jobs.stop.of', { title: job.title })} onClick={() => void send({ id: job.id }).catch((problem: Error) => announce(problem.message))}>{t('jobs.stop')}</Button>;
}

/** A job that a page started: its progress, stopping it, and what came of it; `onDone` gets its result, once. */
export function JobProgress({ id, onDone }: { id: string; onDone: (result: unknown) => void }) {
  const reading = useRead('jobs', readJob, { id }, { everyMs: READ_EVERY_MS });
  const told = useRef(false);
  const job = reading.data;
  useEffect(() => {
    if (job?.state !== 'done' || told.current) return;
    told.current = true;
    onDone(job.result);
  }, [job, onDone]);
  if (reading.state === 'failed') return <Failed problem={reading.problem} onAgain={reading.again} />;
  if (!job) return null;
  return (
    <div className={css.box} role="status">
      <span className={css.line}><b className="strong">{job.title}</b> <JobStateTag job={job} /></span>
      {job.state === 'queued' && !job.error && <span className="t2">{t('jobs.waits')}</span>}
      {isOpen(job) && <JobBar job={job} />}
      {job.error && <span className="strong">{job.error}</span>}
      {isOpen(job) && !job.isStopping && <StopButton job={job} />}
      <Link to="/jobs" className="small">{t('jobs.all')}</Link>
    </div>
  );
}
