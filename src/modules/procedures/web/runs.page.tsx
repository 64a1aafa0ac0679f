import { useGo } from '#platform/web/navigation.tsx';
import { useList } from '#platform/web/query.ts';
import { one, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { State, Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { useSites } from '#modules/signals/web/public.tsx';
import { listRuns, type RunHead } from '../contract.ts';
import { t } from './messages.en.ts';

const VIEW = viewOf({ state: one(['', 'running', 'ended']) });

const stateOf = (run: RunHead) => <State fill={run.state === 'running' ? 'half' : 'ended'}>{t(run.state === 'running' ? 'procedures.under-way' : 'procedures.ended')}</State>;
const recordOf = ({ record }: RunHead): string => [record.number, record.title].filter(Boolean).join(' ');
const marksOf = (run: RunHead) => <span className="row">{run.skipped > 0 && <Tag look="p2">{run.skipped} {t('procedures.run.skipped')}</Tag>}{run.late > 0 && <Tag look="p2">{run.late} {t('procedures.run.late')}</Tag>}</span>;

/** How procedures were followed, the newest run first. */
export default function RunsPage() {
  const [view, setView] = useView(VIEW);
  const go = useGo();
  const sites = useSites();
  useWhere({ title: t('procedures.runs') });
  const list = useList('procedures', listRuns, { ...(view.state && { state: view.state }) });
  const begun = (run: RunHead) => <TwoTimes at={run.begunAt} siteZone={run.siteId === null ? undefined : sites.get(run.siteId)?.timeZone} layout="stack" />;
  const columns: Column<RunHead>[] = [
    { key: 'number', title: t('procedures.number'), width: 150, cell: (run) => <span className="mono">{run.number}</span> },
    { key: 'what', title: t('procedures.what'), cell: (run) => <b className="strong">{run.title}</b> },
    { key: 'record', title: t('procedures.record'), cell: recordOf },
    { key: 'state', title: t('procedures.state'), width: 130, cell: stateOf },
    { key: 'marks', title: t('procedures.run.late'), hidesTitle: true, cell: marksOf },
    { key: 'begun', title: t('procedures.run.begun'), align: 'end', width: 160, cell: begun },
  ];
  return (
    <ListPage
      title={t('procedures.runs')}
      filters={<FilterSelect label={t('procedures.runs.state')} value={view.state} onValue={(state) => setView({ state: state as typeof view.state })} choices={[{ value: '', title: t('procedures.runs.all') }, { value: 'running', title: t('procedures.under-way') }, { value: 'ended', title: t('procedures.ended') }]} />}
      foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={null} tookMs={list.tookMs} /> : null}
    >
      <Asked reading={list}>
        {(runs) => runs.length === 0 ? <Empty>{t('procedures.runs.empty')}</Empty> : (
          <DataTable label={t('procedures.runs')} columns={columns} rows={runs} idOf={(run) => run.id} nameOf={(run) => run.number} onOpen={(run) => go(`/watch/runs/${run.id}`)} more={list.more} isReadingMore={list.isReadingMore} phone={(run) => ({ title: run.title, second: recordOf(run), right: <>{stateOf(run)}{begun(run)}</> })} />
        )}
      </Asked>
    </ListPage>
  );
}
