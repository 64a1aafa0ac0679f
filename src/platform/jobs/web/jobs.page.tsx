import { useList, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { one, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { ageWords } from '#ui/times.ts';
import { type Job, listJobs, repeatJob } from '../contract.ts';
import css from './jobs.module.css';
import { t } from './messages.en.ts';
import { isOpen, JobBar, JobStateTag, StopButton } from './public.tsx';

const WHOSE = ['mine', 'all'] as const;
const STATES = ['any', 'queued', 'running', 'done', 'failed', 'stopped'] as const;
const VIEW = viewOf({ whose: one(WHOSE), state: one(STATES) });

export default function JobsPage() {
  const [view, setView] = useView(VIEW);
  const maySeeAll = useMay('platform:system');
  const whose = maySeeAll ? view.whose : 'mine';
  const list = useList('jobs', listJobs, { whose, state: view.state === 'any' ? undefined : view.state });
  useWhere({ title: t('jobs.title') });
  return (
    <div className={css.page}>
      <div className={css.top}>
        <h1 className="title">{t('jobs.title')}</h1>
        {maySeeAll && <FilterSelect label={t('jobs.whose')} value={view.whose} all="mine" onValue={(value) => setView({ whose: value as typeof view.whose })} choices={WHOSE.map((value) => ({ value, title: t(`jobs.whose.${value}`) }))} />}
        <FilterSelect label={t('jobs.state')} value={view.state} all="any" onValue={(value) => setView({ state: value as typeof view.state })} choices={STATES.map((value) => ({ value, title: t(`jobs.state.${value}`) }))} />
      </div>
      <Panel title={t('jobs.title')}>
        <Asked reading={list}>
          {(jobs) => jobs.length === 0 ? <Empty>{view.state !== 'any' ? t('jobs.none.fits') : t(whose === 'all' ? 'jobs.none.all' : 'jobs.none')}</Empty> : (
            <>
              <ul>{jobs.map((job) => <One key={job.id} job={job} />)}</ul>
              {list.more && <Button look="quiet" isBusy={list.isReadingMore} onClick={list.more}>{t('jobs.more')}</Button>}
            </>
          )}
        </Asked>
      </Panel>
    </div>
  );
}

const tookWords = ({ startedAt, endedAt }: Job): string | null => (startedAt && endedAt ? t('jobs.took', { time: ageWords(Date.parse(endedAt) - Date.parse(startedAt)) }) : null);

function One({ job }: { job: Job }) {
  const { send, isBusy } = useSend('jobs', repeatJob);
  const again = async (): Promise<void> => {
    await send({ id: job.id });
    announce(t('jobs.again.done'));
  };
  return (
    <li className={css.job}>
      <div className={css.what}>
        <span className={css.line}><b className="strong">{job.title}</b> <JobStateTag job={job} /> {!job.isMine && <span className="t2">{t('jobs.by', { name: job.owner.name })}</span>}</span>
        {isOpen(job) && <JobBar job={job} />}
        {job.error && <span>{job.error}</span>}
        <span className={`${css.line} t2 small`}>
          <TwoTimes at={job.queuedAt} seconds />
          {tookWords(job) && <span>{tookWords(job)}</span>}
          {job.attempts > 1 && <span>{t('jobs.tries', { n: job.attempts })}</span>}
          {job.stoppedBy && <span>{t('jobs.stopped.by', { name: job.stoppedBy })}</span>}
        </span>
      </div>
      {isOpen(job) && !job.isStopping && <StopButton job={job} />}
      {job.isMine && (job.state === 'failed' || job.state === 'stopped') && <Button isBusy={isBusy} aria-label={t('jobs.again.of', { title: job.title })} onClick={() => void again().catch((problem: Error) => announce(problem.message))}>{t('jobs.again')}</Button>}
    </li>
  );
}
