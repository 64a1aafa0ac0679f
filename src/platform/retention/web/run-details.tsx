import { useState } from 'react';
import type { Reply } from '#platform/kernel/contract.ts';
import { Link, RecordLink } from '#platform/web/navigation.tsx';
import { useList, useRead, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Asked, AskedRecord, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { continueRun, type Count, type Item, listItems, proposeRun, readRun } from '../contract.ts';
import { t } from './messages.en.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import css from './retention.module.css';
import { RunState } from './runs-tab.tsx';
import { daysWords, nameOf } from './words.ts';

const READ_EVERY_MS = 2000;

/** One run: what is due, what is spared, what went, and the next step. */
export function RunDetails({ id }: { id: string }) {
  const reading = useRead('retention', readRun, { id }, { everyMs: READ_EVERY_MS });
  return <AskedRecord reading={reading} title={t('retention.runs')}>{(run) => <Shown run={run} />}</AskedRecord>;
}

function Shown({ run }: { run: Reply<typeof readRun> }) {
  const [kind, setKind] = useState<string | null>(null);
  return (
    <div className={css.pad}>
      <div className={css.line}><RunState run={run} /> <span className="t2">{run.askedBy.name}, <TwoTimes at={run.askedAt} /></span></div>
      {run.outcome && <p className="strong">{run.outcome}</p>}
      <NextStep run={run} />
      {run.counts.length === 0 && run.state !== 'looking' ? <Empty>{t('retention.run.nothing')}</Empty> : (
        <section className={css.counts} aria-label={t('retention.run.counts')}>
          {run.counts.map((count) => <OneCount key={count.kind} count={count} isOpen={kind === count.kind} onOpen={() => setKind(kind === count.kind ? null : count.kind)} runId={run.id} isEnded={run.state === 'done'} />)}
        </section>
      )}
      {run.state === 'done' && (
        <dl className="facts">
          <dt>{t('retention.run.root')}</dt><dd className={`mono ${css.long}`}>{run.root}</dd>
        </dl>
      )}
      {run.decisionId && <Link to={`/decisions/${run.decisionId}`}>{t('retention.run.decision')}</Link>}
    </div>
  );
}

function NextStep({ run }: { run: Reply<typeof readRun> }) {
  const mayRun = useMay('retention:run');
  const proposing = useSend('retention', proposeRun);
  const going = useSend('retention', continueRun);
  const [isProposing, setProposing] = useState(false);
  const isDue = run.counts.some(({ due, walled }) => due > 0 || (walled?.due ?? 0) > 0);
  if (run.state === 'done') return <a href={`/api/retention/runs/${run.id}/certificate.pdf`} target="_blank" rel="noreferrer">{t('retention.run.certificate')}</a>;
  if (!mayRun) return null;
  if (run.state === 'approved' || run.state === 'running') {
    return (
      <div className={css.items}>
        <p className="t2">{t('retention.run.continue.words')}</p>
        <div className={css.line}>
          <Button isBusy={going.isBusy} onClick={() => void going.send({ id: run.id }).then(() => announce(t('retention.run.continued')), (error: Error) => announce(error.message))}>{t('retention.run.continue')}</Button>
          <Link to="/jobs">{t('retention.run.jobs')}</Link>
        </div>
      </div>
    );
  }
  if (run.state !== 'shown' || !isDue) return null;
  return (
    <div>
      <Button onClick={() => setProposing(true)}>{t('retention.run.propose')}</Button>
      {isProposing && <ReasonDialog title={t('retention.run.propose.title')} words={t('retention.run.propose.words')} isBusy={proposing.isBusy} problem={proposing.problem} onPropose={(reason) => proposing.send({ id: run.id, reason })} onClose={() => setProposing(false)} />}
    </div>
  );
}

type OneCountProps = { count: Count; isOpen: boolean; onOpen: () => void; runId: string; isEnded: boolean };

function OneCount({ count, isOpen, onOpen, runId, isEnded }: OneCountProps) {
  const { title, days, due, spared, removed, stayed, walled, isCapped, goes } = count;
  return (
    <div className={css.count}>
      <div className={css.line}>
        <b className="strong">{title}</b>
        <span className="t2">{days === null ? t('retention.run.kept') : daysWords(days)}</span>
        <span className="space" />
        {days !== null && <Button look="quiet" aria-expanded={isOpen} aria-label={`${t('retention.run.items')}: ${title}`} onClick={onOpen}>{t('retention.run.items')}</Button>}
      </div>
      {days !== null && (
        <div className={css.line}>
          {isEnded ? <Tag look="ok">{t('retention.run.removed', { n: removed })}</Tag> : <Tag look={due > 0 ? 'act' : 'plain'}>{t('retention.run.due', { n: due })}</Tag>}
          {spared > 0 && <Tag look="wall">{t('retention.run.spared', { n: spared })}</Tag>}
          {stayed > 0 && <Tag>{t('retention.run.stayed', { n: stayed })}</Tag>}
          {walled && walled.due > 0 && <Tag look="wall" icon="lock">{t('retention.run.behind', { n: isEnded ? walled.removed : walled.due })}</Tag>}
          {isCapped && <span className="t2">{t('retention.run.capped')}</span>}
        </div>
      )}
      {(isOpen || due > 0) && <p className={`t2 small ${css.wide}`}>{goes}</p>}
      {isOpen && <Items runId={runId} kind={count.kind} />}
    </div>
  );
}

function Items({ runId, kind }: { runId: string; kind: string }) {
  const list = useList('retention', listItems, { id: runId, kind });
  return (
    <Asked reading={list}>
      {(items) => items.length === 0 ? <Empty>{t('retention.run.items.none')}</Empty> : (
        <>
          <ul className={css.items}>{items.map((item) => <One key={item.id} item={item} />)}</ul>
          {list.more && <Button look="quiet" isBusy={list.isReadingMore} onClick={list.more}>{t('retention.run.more')}</Button>}
        </>
      )}
    </Asked>
  );
}

const One = ({ item: { id, at, state, record, hold } }: { item: Item }) => (
  <li className={css.item}>
    {record ? <RecordLink kind={record.kind} id={record.id}>{nameOf(record)}</RecordLink> : <span className={`mono t2 ${css.long}`}>{id}</span>}
    <TwoTimes at={at} />
    {hold && <Link to={`/retention?tab=holds&peek=${hold.id}`}>{hold.number}</Link>}
    {state === 'removed' && <span className="t2">{t('retention.run.items.gone')}</span>}
    {state === 'stayed' && <span className="t2">{t('retention.run.stayed', { n: 1 })}</span>}
  </li>
);
