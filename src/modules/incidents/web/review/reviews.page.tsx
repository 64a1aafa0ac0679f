import { useGo } from '#platform/web/navigation.tsx';
import { useList } from '#platform/web/query.ts';
import { one, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { RecordPage } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { WallLock } from '#ui/wall-edge.tsx';
import { listOpenActions, listReviews, listReviewsDue, type OpenAction, type ReviewDue, type ReviewRow } from '../../review-contract.ts';
import { causeTitle } from '../../review-rules.ts';
import { SeverityMark } from '../severity.tsx';
import { Causes } from './causes.tsx';
import { t } from './messages.en.ts';
import css from './review.module.css';

const TABS = ['reviews', 'actions', 'causes', 'due'] as const;
const VIEW = viewOf({ tab: one(TABS) });

/** Reviews, what is still to be done because of them, what recurs, and what waits for its review. */
export default function ReviewsPage() {
  const [view, setView] = useView(VIEW);
  useWhere({ title: t('incidents.reviews') });
  const bodies = { reviews: <Reviews />, actions: <Actions />, causes: <Causes />, due: <Due /> };
  const tabs = TABS.map((key) => ({ key, title: t(`incidents.reviews.tab.${key}`), body: bodies[key] }));
  return <RecordPage number="" title={t('incidents.reviews')} tabs={{ all: tabs, current: view.tab, onTab: (key) => setView({ tab: key as typeof view.tab }), label: t('incidents.reviews.tabs') }} />;
}

const Named = ({ row }: { row: { title: string; isWalled: boolean } }) => <>{row.isWalled && <WallLock label={t('incidents.reviews.walled')} />} <b>{row.title}</b></>;
const NUMBER = { key: 'number', title: t('incidents.reviews.number'), width: 146, cell: ({ number }: { number: string }) => <span className="mono nowrap t2">{number}</span> };
const SITE = { key: 'site', title: t('incidents.reviews.site'), width: 160, isSpare: true, cell: ({ site }: { site: string | null }) => site ?? <span className="t3">{t('incidents.reviews.site.none')}</span> };
const StateOf = ({ row }: { row: ReviewRow }) => <State fill={row.state === 'draft' ? 'half' : 'ended'}>{t(`incidents.review.state.${row.state}`)}</State>;
const ActionsOf = ({ row }: { row: ReviewRow }) => <>{t('incidents.reviews.actions.of', { open: row.open, all: row.actions })}{row.overdue > 0 && <> <span className={css.late}>{t('incidents.reviews.overdue', { n: row.overdue })}</span></>}</>;

const REVIEW_COLUMNS: readonly Column<ReviewRow>[] = [
  { key: 'severity', title: t('incidents.review'), hidesTitle: true, width: 64, cell: (row) => <SeverityMark severity={row.severity} hasName={false} /> },
  NUMBER, { key: 'title', title: t('incidents.reviews.what'), cell: (row) => <Named row={row} /> },
  { key: 'state', title: t('incidents.reviews.state'), width: 110, cell: (row) => <StateOf row={row} /> }, SITE,
  { key: 'improvements', title: t('incidents.reviews.improvements'), align: 'end', width: 100, isSpare: true, cell: (row) => row.improvements },
  { key: 'actions', title: t('incidents.reviews.actions'), width: 190, cell: (row) => <ActionsOf row={row} /> },
  { key: 'opened', title: t('incidents.reviews.when'), width: 150, cell: (row) => <TwoTimes at={row.openedAt} layout="stack" /> },
];

function Reviews() {
  const list = useList('incidents', listReviews, { limit: 50 });
  const go = useGo();
  return (
    <Asked reading={list}>
      {(rows) => rows.length === 0 ? <Empty>{t('incidents.reviews.none')}</Empty> : (
        <DataTable label={t('incidents.reviews')} columns={REVIEW_COLUMNS} rows={rows} idOf={({ incidentId }) => incidentId} nameOf={(row) => `${row.number} ${row.title}`} onOpen={(row) => go(`/incidents/${row.incidentId}/review`)} more={list.more} isReadingMore={list.isReadingMore}
          phone={(row) => ({ left: <SeverityMark severity={row.severity} hasName={false} />, title: <Named row={row} />, second: <>{row.number} · <ActionsOf row={row} /></>, right: <StateOf row={row} /> })} />
      )}
    </Asked>
  );
}

const DueAt = ({ row }: { row: { dueAt: string | null; isOverdue: boolean } }) => (row.dueAt === null ? <span className="t3">–</span> : <span className={row.isOverdue ? css.late : undefined}><TwoTimes at={row.dueAt} layout="stack" /></span>);
const OwnerOf = ({ row }: { row: OpenAction }) => row.owner ?? <span className="t3">{t('incidents.reviews.nobody')}</span>;

const ACTION_COLUMNS: readonly Column<OpenAction>[] = [
  { key: 'title', title: t('incidents.reviews.what'), cell: (row) => <b>{row.title}</b> }, NUMBER,
  { key: 'cause', title: t('incidents.review.cause'), isSpare: true, cell: (row) => (row.cause === null ? '' : causeTitle(row.cause)) }, SITE,
  { key: 'owner', title: t('incidents.reviews.owner'), width: 150, cell: (row) => <OwnerOf row={row} /> },
  { key: 'due', title: t('incidents.reviews.due'), width: 150, cell: (row) => <DueAt row={row} /> },
];

function Actions() {
  const list = useList('incidents', listOpenActions, { limit: 200 });
  const go = useGo();
  return (
    <Asked reading={list}>
      {(rows) => rows.length === 0 ? <Empty>{t('incidents.reviews.actions.none')}</Empty> : (
        <>
          <DataTable label={t('incidents.reviews.tab.actions')} columns={ACTION_COLUMNS} rows={rows} idOf={({ taskId }) => taskId} nameOf={({ title }) => title} onOpen={(row) => go(`/incidents/${row.incidentId}/review`)}
            phone={(row) => ({ title: <b>{row.title}</b>, second: <>{row.number} · <OwnerOf row={row} /></>, right: <DueAt row={row} /> })} />
          {rows.length === 200 && <p className="t2">{t('incidents.reviews.actions.part')}</p>}
        </>
      )}
    </Asked>
  );
}

const DUE_COLUMNS: readonly Column<ReviewDue>[] = [
  { key: 'severity', title: t('incidents.review'), hidesTitle: true, width: 64, cell: (row) => <SeverityMark severity={row.severity} hasName={false} /> },
  NUMBER, { key: 'title', title: t('incidents.reviews.what'), cell: (row) => <Named row={row} /> }, SITE,
  { key: 'closed', title: t('incidents.reviews.due.closed'), width: 150, isSpare: true, cell: (row) => <TwoTimes at={row.closedAt} layout="stack" /> },
  { key: 'due', title: t('incidents.reviews.due'), width: 150, cell: (row) => <DueAt row={row} /> },
];

function Due() {
  const list = useList('incidents', listReviewsDue, { limit: 200 });
  const go = useGo();
  return (
    <>
      <p className="t2 small">{t('incidents.reviews.due.of')}</p>
      <Asked reading={list}>
        {(rows) => rows.length === 0 ? <Empty>{t('incidents.reviews.due.none')}</Empty> : (
          <DataTable label={t('incidents.reviews.tab.due')} columns={DUE_COLUMNS} rows={rows} idOf={({ incidentId }) => incidentId} nameOf={(row) => `${row.number} ${row.title}`} onOpen={(row) => go(`/incidents/${row.incidentId}?tab=review`)}
            phone={(row) => ({ left: <SeverityMark severity={row.severity} hasName={false} />, title: <Named row={row} />, second: row.number, right: <DueAt row={row} /> })} />
        )}
      </Asked>
    </>
  );
}
