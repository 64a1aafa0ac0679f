import { Link } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { AskedRecord } from '#ui/states.tsx';
import { State, Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { dateWords } from '#ui/times.ts';
import { readRequest, type Request, type WholeRequest } from '../contract.ts';
import { ItemsPart } from './items-part.tsx';
import { t } from './messages.en.ts';
import { NextSteps } from './next-steps.tsx';
import css from './subjects.module.css';

const FILL = { received: 'empty', checked: 'empty', shown: 'half', approved: 'half', answered: 'full', done: 'full', refused: 'ended', withdrawn: 'ended' } as const;
const READ_EVERY_MS = 2000;
export const RequestState = ({ request }: { request: Pick<Request, 'state'> }) => <State fill={FILL[request.state]}>{t(`subjects.state.${request.state}`)}</State>;

/** One request: how far it is, what was found, what is kept and why, and the next step. */
export function RequestDetails({ id }: { id: string }) {
  const reading = useRead('subjects', readRequest, { id }, { everyMs: READ_EVERY_MS });
  return <AskedRecord reading={reading} title={t('subjects.request')}>{(request) => <Shown request={request} />}</AskedRecord>;
}

function Shown({ request }: { request: WholeRequest }) {
  return (
    <div className={css.pad}>
      <div className={css.line}><span className="mono t2">{request.number}</span> <RequestState request={request} /> <span>{t(`subjects.kind.${request.kind}`)}</span></div>
      <h2 className="head">{request.name}</h2>
      <dl className="facts">
        <dt>{t('subjects.asked')}</dt><dd>{dateWords(request.askedOn)}, {request.channel}</dd>
        <dt>{t('subjects.due')}</dt><dd className={css.wide}>{dateWords(request.dueOn)}{request.extendedWhy ? `: ${request.extendedWhy}` : ''}</dd>
        <dt>{t('subjects.assigned')}</dt><dd>{request.assignedTo?.name}</dd>
        <dt>{t('subjects.identity')}</dt><dd className={css.wide}>{request.identity ? `${request.identity.how} (${request.identity.by.name})` : t('subjects.identity.open')}</dd>
        {request.alsoKnown.length > 0 && <><dt>{t('subjects.known')}</dt><dd className={css.wide}>{request.alsoKnown.join(', ')}</dd></>}
        {request.lookedAt && <><dt>{t('subjects.looked')}</dt><dd><TwoTimes at={request.lookedAt} /></dd></>}
        {request.approvedBy && <><dt>{t('subjects.approved')}</dt><dd>{request.approvedBy.name}</dd></>}
        {request.outcome && <><dt>{t('subjects.outcome')}</dt><dd className={css.wide}>{request.outcome}</dd></>}
      </dl>
      <NextSteps request={request} />
      {request.asks.length > 0 && <Walls request={request} />}
      {request.kind === 'erasure' && <Kept request={request} />}
      {request.lookedAt && <Found request={request} />}
      {request.lookedAt && <ItemsPart request={request} />}
      {request.decisionId && <Link to={`/decisions/${request.decisionId}`}>{t('subjects.to-decision')}</Link>}
    </div>
  );
}

const Walls = ({ request }: { request: WholeRequest }) => (
  <section className={css.items} aria-label={t('subjects.walls')}>
    <b className="strong">{t('subjects.walls')}</b>
    {request.asks.map((ask) => <div key={ask.id} className={css.line}><Tag look="wall" icon="lock">{t(`subjects.ask.${ask.state}`)}</Tag> <TwoTimes at={ask.decidedAt ?? ask.askedAt} /> <span className={css.wide}>{ask.ground}</span></div>)}
  </section>
);

const Kept = ({ request: { keeps, elsewhere, lookedAt } }: { request: WholeRequest }) => (lookedAt === null ? null : (
  <section className={css.items} aria-label={t('subjects.kept')}>
    {keeps.map((one) => <p key={one.class} className={css.wide}><b className="strong">{one.class}</b> {one.isOverruled ? t('subjects.kept.overruled') : t('subjects.kept.by')} <span className="t2">{one.basis}</span></p>)}
    {elsewhere.backups > 0 && <p className={css.wide}>{t('subjects.backups', { n: elsewhere.backups })} {elsewhere.backupsUntil && <TwoTimes at={elsewhere.backupsUntil} />}</p>}
    {elsewhere.exports > 0 && <p className={css.wide}>{t('subjects.exports', { n: elsewhere.exports })}</p>}
  </section>
));

const Found = ({ request: { findings, outcomes, kind } }: { request: WholeRequest }) => (
  <section className={css.items} aria-label={t('subjects.found')}>
    {kind === 'erasure' && <div className={css.line}>{Object.entries(outcomes).map(([outcome, n]) => <Tag key={outcome} look={outcome === 'held' ? 'wall' : outcome === 'kept' || outcome === 'stays' ? 'plain' : 'act'}>{t(`subjects.outcome.${outcome as 'removed'}`)} {n}</Tag>)}</div>}
    <details>
      <summary>{t('subjects.found')}</summary>
      <ul className={css.items}>{findings.map(({ table, about, named, did }) => <li key={table} className={css.line}><span className="mono">{table}</span> <span className="t2">{t('subjects.found.counts', { about, named, did })}</span></li>)}</ul>
    </details>
  </section>
);
