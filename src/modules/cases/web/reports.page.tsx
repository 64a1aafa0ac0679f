import { useGo } from '#platform/web/navigation.tsx';
import { useList } from '#platform/web/query.ts';
import { one, useView, type View, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { Asked, Empty, Waiting } from '#ui/states.tsx';
import { State, Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { allegationTitle } from '../allegation-rules.ts';
import { listReports, type ReportRow } from '../report-contract.ts';
import { t } from './messages.en.ts';

const STATES = ['new', 'any', 'taken', 'dismissed'] as const;
const VIEW = viewOf({ state: one(STATES) });
const FILL = { new: 'full', taken: 'half', dismissed: 'ended' } as const;

export const ReportState = ({ state }: { state: ReportRow['state'] }) => <State fill={FILL[state]}>{t(`report.state.${state}`)}</State>;

const COLUMNS: readonly Column<ReportRow>[] = [
  { key: 'number', title: t('cases.number'), width: 150, cell: (row) => <span className="mono t2 nowrap">{row.number}</span> },
  { key: 'opening', title: t('report.opening'), cell: (row) => <b className="strong cut">{row.opening}</b> },
  { key: 'state', title: t('cases.state'), width: 130, cell: (row) => <ReportState state={row.state} /> },
  { key: 'who', title: t('report.who'), width: 130, cell: (row) => (row.isAnonymous ? <Tag look="line">{t('report.anonymous')}</Tag> : t('report.named')) },
  { key: 'type', title: t('cases.type'), isSpare: true, width: 200, cell: (row) => <span className="t2 cut">{row.type ? allegationTitle(row.type) : ''}</span> },
  { key: 'last', title: t('report.last'), width: 150, cell: (row) => (row.unanswered ? <Tag look="p2">{t('report.unanswered')}</Tag> : <span className="t3">{t('report.answered')}</span>) },
  { key: 'at', title: t('report.received'), width: 180, cell: (row) => <TwoTimes at={row.receivedAt} /> },
];

/** Reports of the front door that wait for triage. */
export default function ReportsPage() {
  const [view, setView] = useView(VIEW);
  const go = useGo();
  useWhere({ title: t('reports') });
  const list = useList('cases', listReports, { state: view.state });
  return (
    <ListPage
      title={t('reports')} foot={list.data && <ListFoot shown={list.data.length} total={null} tookMs={list.tookMs} />}
      filters={<FilterSelect label={t('cases.state')} value={view.state} all="new" onValue={(value) => setView({ state: value as View<typeof VIEW>['state'] })} choices={STATES.map((value) => ({ value, title: value === 'any' ? t('cases.state.any') : t(`report.state.${value}`) }))} />}
    >
      <Asked reading={list} waiting={<Waiting rows={6} what={t('reports')} />}>{(rows) => (rows.length === 0 ? <Empty>{t('reports.empty')}</Empty> : (
        <DataTable label={t('reports')} columns={COLUMNS} rows={rows} idOf={({ id }) => id} nameOf={({ number }) => number} onOpen={({ id }) => go(`/cases/reports/${id}`)} more={list.more} isReadingMore={list.isReadingMore} phone={(row) => ({ title: row.opening, second: row.number, right: <ReportState state={row.state} /> })} />
      ))}</Asked>
    </ListPage>
  );
}
