import { useParams } from '@tanstack/react-router';
import { Thread } from '#platform/thread/web/public.tsx';
import { RecordLink } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { Figure, Panel, RecordPage } from '#ui/record-page.tsx';
import { AskedRecord, Empty } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { useSite } from '#modules/signals/web/public.tsx';
import { getRun, type Run } from '../contract.ts';
import { Log } from './log.tsx';
import { t } from './messages.en.ts';
import css from './run.module.css';
import { standingIn } from './use-run.ts';

/** One run: what was done at which step, by whom, and in which time. */
export default function RunPage() {
  const { id = '' } = useParams({ strict: false });
  return <AskedRecord title={t('procedures.run')} reading={useRead('procedures', getRun, { id })}>{(run) => <Shown key={run.id} run={run} />}</AskedRecord>;
}

function Shown({ run }: { run: Run }) {
  const site = useSite(run.siteId);
  const siteZone = site?.timeZone;
  const due = standingIn(run).due;
  useWhere({ title: run.number, site });
  return (
    <RecordPage
      number={run.number}
      title={run.title}
      state={<State fill={run.state === 'running' ? 'half' : 'ended'}>{t(run.state === 'running' ? 'procedures.under-way' : 'procedures.ended')}</State>}
      figures={<><Figure figure={run.steps} word={t('procedures.run.steps')} /><Figure figure={run.skipped} word={t('procedures.run.skipped')} /><Figure figure={run.late} word={t('procedures.run.late')} /></>}
      side={<Thread topic="procedures" recordId={run.id} siteZone={siteZone} />}
    >
      <Panel title={t('procedures.run')} note={t('procedures.version', { n: run.procedureVersion })}>
        <dl className={`facts ${css.facts}`}>
          <dt>{t('procedures.run.on')}</dt>
          <dd><RecordLink kind={run.record.kind} id={run.record.id}>{[run.record.number, run.record.title].filter(Boolean).join(' ')}</RecordLink></dd>
          <dt>{t('procedures.run.begun')}</dt>
          <dd className="row"><TwoTimes at={run.begunAt} siteZone={siteZone} seconds /> <span className="t2">{t('procedures.run.by', { name: run.begunBy })}</span></dd>
          {run.endedAt && <><dt>{t('procedures.run.ended')}</dt><dd className="row"><TwoTimes at={run.endedAt} siteZone={siteZone} seconds /> <span className="t2">{run.endedBy && t('procedures.run.by', { name: run.endedBy })}</span></dd></>}
        </dl>
      </Panel>
      <Panel title={t('procedures.run.log')}><div className={css.body}>{run.entries.length === 0 ? <Empty>{t('procedures.run.nothing')}</Empty> : <Log run={run} siteZone={siteZone} />}</div></Panel>
      {run.state === 'running' && (
        <Panel title={t('procedures.run.due')}>
          <ul className={css.body}>{due.map(({ step }) => <li key={step.id}>{step.kind === 'end' ? t('procedures.at-end') : step.text}</li>)}</ul>
        </Panel>
      )}
    </RecordPage>
  );
}
