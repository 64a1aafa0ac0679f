import { useGo } from '#platform/web/navigation.tsx';
import { useList } from '#platform/web/query.ts';
import { flag, one, text, useView, type View, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { type Exhibit, listExhibits } from '../contract.ts';
import { STATES } from '../rules.ts';
import { t } from './messages.en.ts';
import { StateOf, whereWords } from './words.tsx';

const VIEW = viewOf({ state: one(['', ...STATES]), whose: one(['', 'mine', 'offered']), overdue: flag(), q: text() });
type ExhibitsView = View<typeof VIEW>;
const NOTHING = { state: '', whose: '', overdue: false, q: undefined } as const;

const COLUMNS: readonly Column<Exhibit>[] = [
  { key: 'number', title: t('exhibits.number'), width: 150, cell: ({ number }) => <span className="mono t2 nowrap">{number}</span> },
  { key: 'title', title: t('exhibits.what'), cell: ({ title }) => <b className="strong cut">{title}</b> },
  { key: 'case', title: t('exhibits.case'), width: 150, cell: ({ case: room }) => <span className="mono t2 nowrap">{room.number ?? ''}</span> },
  { key: 'state', title: t('exhibits.state'), width: 260, cell: (exhibit) => <StateOf exhibit={exhibit} /> },
  { key: 'where', title: t('exhibits.where'), width: 260, cell: (exhibit) => <span className="cut">{whereWords(exhibit)}</span> },
];

/** The exhibits of all cases in whose rooms I stand. */
export default function ExhibitsPage() {
  const [view, setView] = useView(VIEW);
  const go = useGo();
  useWhere({ title: t('exhibits') });
  const list = useList('exhibits', listExhibits, { ...(view.state !== '' && { state: view.state }), ...(view.whose !== '' && { whose: view.whose }), ...(view.overdue && { isOverdue: 'true' as const }), ...(view.q && { q: view.q }) });
  const isFiltered = Object.entries(NOTHING).some(([key, value]) => view[key as keyof typeof NOTHING] !== value);
  return (
    <ListPage
      title={t('exhibits')}
      filters={<>
        <SearchBox label={t('exhibits.find')} value={view.q} onValue={(q) => setView({ q })} />
        <FilterSelect label={t('exhibits.state')} value={view.state} onValue={(value) => setView({ state: value as ExhibitsView['state'] })} choices={[{ value: '', title: t('exhibits.all') }, ...STATES.map((value) => ({ value, title: t(`exhibits.state.${value}`) }))]} />
        <FilterSelect label={t('exhibits.whose')} value={view.whose} onValue={(value) => setView({ whose: value as ExhibitsView['whose'] })} choices={[{ value: '', title: t('exhibits.all') }, { value: 'mine', title: t('exhibits.whose.mine') }, { value: 'offered', title: t('exhibits.whose.offered') }]} />
        <FilterSelect label={t('exhibits.overdue')} value={view.overdue ? '1' : ''} onValue={(value) => setView({ overdue: value === '1' })} choices={[{ value: '', title: t('exhibits.all') }, { value: '1', title: t('exhibits.overdue.only') }]} />
      </>}
      foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={list.total} tookMs={list.tookMs} /> : null}
    >
      <Asked reading={list}>{(exhibits) => (exhibits.length === 0 ? (
        isFiltered ? <Empty action={<Button onClick={() => setView(NOTHING)}>{t('exhibits.clear')}</Button>}>{t('exhibits.none')}</Empty> : <Empty>{t('exhibits.empty')}</Empty>
      ) : (
        <DataTable
          label={t('exhibits')} columns={COLUMNS} rows={exhibits} idOf={({ id }) => id} nameOf={({ number }) => number} onOpen={({ id }) => go(`/cases/exhibits/${id}`)} more={list.more} isReadingMore={list.isReadingMore}
          phone={(exhibit) => ({ title: exhibit.title, second: [exhibit.number, t(`exhibits.state.${exhibit.state}`), whereWords(exhibit)].filter(Boolean).join(' · ') })}
        />
      ))}</Asked>
    </ListPage>
  );
}
