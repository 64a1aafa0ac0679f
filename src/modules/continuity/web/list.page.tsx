import { useCommands } from '#platform/web/commands.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { useList } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { flag, one, useView, type View, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { listProcesses, type Process } from '../contract.ts';
import { AddDialog } from './dialogs.tsx';
import { t } from './messages.en.ts';
import { dayWords, GapsTag, spanWords } from './words.tsx';

const VIEW = viewOf({ state: one(['active', 'retired']), new: flag() });
type ListView = View<typeof VIEW>;

const COLUMNS: readonly Column<Process>[] = [
  { key: 'number', title: t('continuity.number'), width: 140, cell: (row) => <span className="mono t2 nowrap">{row.number}</span> },
  { key: 'title', title: t('continuity.name'), cell: (row) => <b className="strong cut">{row.title}</b> },
  { key: 'rto', title: t('continuity.rto'), width: 130, cell: (row) => spanWords(row.rtoMin) },
  { key: 'mtpd', title: t('continuity.mtpd'), width: 130, cell: (row) => spanWords(row.mtpdMin) },
  { key: 'gaps', title: t('continuity.gaps'), width: 150, cell: (row) => row.state === 'active' && <GapsTag {...row} /> },
  { key: 'review', title: t('continuity.review.on'), width: 130, cell: (row) => dayWords(row.reviewOn) },
  { key: 'owner', title: t('continuity.owner'), width: 160, isSpare: true, cell: (row) => <span className="cut">{row.owner.name}</span> },
  { key: 'site', title: t('continuity.site'), width: 160, isSpare: true, cell: (row) => <span className="t2 cut">{row.site ?? ''}</span> },
];

/** The business processes that I may see; the address is the view. */
export default function ProcessesPage() {
  const [view, setView] = useView(VIEW);
  const go = useGo();
  const mayWrite = useMay('continuity:write');
  useWhere({ title: t('continuity.title') });
  useCommands(mayWrite ? [{ key: 'C', title: t('continuity.new'), run: () => setView({ new: true }) }] : []);
  const list = useList('continuity', listProcesses, { state: view.state });
  return (
    <>
      <ListPage
        title={t('continuity.title')} actions={mayWrite && <Button look="filled" keyCap="C" onClick={() => setView({ new: true })}>{t('continuity.new')}</Button>}
        filters={<FilterSelect label={t('continuity.state')} value={view.state} all="active" onValue={(value) => setView({ state: value as ListView['state'] })} choices={(['active', 'retired'] as const).map((value) => ({ value, title: t(`continuity.state.${value}`) }))} />}
        foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={list.total} tookMs={list.tookMs} /> : null}
      >
        <Asked reading={list}>{(rows) => (rows.length === 0 ? <Empty>{view.state === 'active' ? t('continuity.empty') : t('continuity.none')}</Empty> : (
          <DataTable
            label={t('continuity.title')} columns={COLUMNS} rows={rows} idOf={({ id }) => id} nameOf={({ number }) => number} onOpen={({ id }) => go(`/continuity/${id}`)} more={list.more} isReadingMore={list.isReadingMore}
            phone={(row) => ({ title: row.title, second: [row.number, `${t('continuity.rto')} ${spanWords(row.rtoMin)}`, row.site].filter(Boolean).join(' · '), right: row.state === 'active' && <GapsTag {...row} /> })}
          />
        ))}</Asked>
      </ListPage>
      {view.new && mayWrite && <AddDialog onClose={() => setView({ new: false })} onDone={({ id }) => go(`/continuity/${id}`)} />}
    </>
  );
}
