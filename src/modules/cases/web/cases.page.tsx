import { useCommands } from '#platform/web/commands.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { useList } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { flag, one, text, useView, type View, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button, LinkButton } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { Asked, Empty, Waiting } from '#ui/states.tsx';
import { Age, TwoTimes } from '#ui/time.tsx';
import { WallLock } from '#ui/wall-edge.tsx';
import { allegationTitle } from '../allegation-rules.ts';
import { type CaseRow, listCases } from '../contract.ts';
import { STATES } from '../rules.ts';
import css from './cases.module.css';
import { t } from './messages.en.ts';
import { OpenDialog } from './open-dialog.tsx';
import { StateOf, TYPE_CHOICES } from './words.tsx';

const VIEW = viewOf({ state: one(['open', 'any', ...STATES]), type: text(), q: text(), peek: text(), new: flag() });
type CasesView = View<typeof VIEW>;
const NOTHING = { state: 'open', type: undefined, q: undefined } as const;

const COLUMNS: readonly Column<CaseRow>[] = [
  { key: 'number', title: t('cases.number'), width: 150, cell: (row) => <span className="mono t2 nowrap">{row.number}</span> },
  { key: 'title', title: t('cases.what'), cell: (row) => <span className={css.rowTitle}><WallLock label={t('cases.walled')} /><b className="strong">{row.title}</b></span> },
  { key: 'state', title: t('cases.state'), width: 140, cell: (row) => <StateOf state={row.state} /> },
  { key: 'type', title: t('cases.type'), isSpare: true, width: 220, cell: (row) => <span className="cut">{allegationTitle(row.type)}</span> },
  { key: 'lead', title: t('cases.lead'), width: 160, cell: (row) => <span className="cut">{row.lead}</span> },
  { key: 'site', title: t('cases.site'), isSpare: true, width: 150, cell: (row) => <span className="t2 cut">{row.site ?? ''}</span> },
  { key: 'opened', title: t('cases.opened'), width: 170, cell: (row) => <TwoTimes at={row.openedAt} siteZone={row.timeZone ?? undefined} /> },
  { key: 'age', title: t('cases.age'), align: 'end', width: 80, cell: (row) => (row.closedAt === null ? <Age since={row.openedAt} /> : <span className="t3">{t('cases.ended')}</span>) },
];

/** The cases in whose rooms I stand; the address is the view. */
export default function CasesPage() {
  const [view, setView] = useView(VIEW);
  const go = useGo();
  const mayOpen = useMay('cases:open');
  useWhere({ title: t('cases') });
  useCommands(mayOpen ? [{ key: 'C', title: t('cases.open'), run: () => setView({ new: true }) }] : []);
  const list = useList('cases', listCases, { state: view.state, ...(view.type && { type: view.type }), ...(view.q && { q: view.q }) });
  const peeked = list.data?.find(({ id }) => id === view.peek);
  const isFiltered = Object.entries(NOTHING).some(([key, value]) => view[key as keyof typeof NOTHING] !== value);
  const open = mayOpen && <Button look="filled" keyCap="C" onClick={() => setView({ new: true })}>{t('cases.open')}</Button>;
  return (
    <>
      <ListPage
        title={t('cases')} actions={open}
        filters={<>
          <SearchBox label={t('cases.find')} value={view.q} onValue={(q) => setView({ q })} />
          <FilterSelect label={t('cases.state')} value={view.state} all="open" onValue={(value) => setView({ state: value as CasesView['state'] })} choices={(['open', 'any', ...STATES] as const).map((value) => ({ value, title: t(`cases.state.${value}`) }))} />
          <FilterSelect label={t('cases.type')} value={view.type ?? ''} onValue={(value) => setView({ type: value || undefined })} choices={[{ value: '', title: t('cases.all') }, ...TYPE_CHOICES]} />
        </>}
        foot={list.data && <ListFoot shown={list.data.length} total={list.total ?? null} tookMs={list.tookMs} />}
        peek={peeked ? { name: peeked.number, onClose: () => setView({ peek: undefined }), body: <Peek row={peeked} /> } : null}
      >
        <Asked reading={list} waiting={<Waiting rows={10} what={t('cases')} />}>{(rows) => (rows.length === 0 ? (
          isFiltered ? <Empty action={<Button onClick={() => setView(NOTHING)}>{t('cases.clear')}</Button>}>{t('cases.none')}</Empty> : <Empty action={open}>{t('cases.empty')}</Empty>
        ) : (
          <DataTable
            label={t('cases')} columns={COLUMNS} rows={rows} idOf={({ id }) => id} nameOf={(row) => `${row.number} ${row.title}`} onOpen={({ id }) => go(`/cases/${id}`)} peeked={view.peek} onPeek={(row) => setView({ peek: row?.id })} more={list.more} isReadingMore={list.isReadingMore}
            phone={(row) => ({ title: row.title, second: [row.number, row.lead].filter(Boolean).join(' · '), right: <StateOf state={row.state} /> })}
          />
        ))}</Asked>
      </ListPage>
      {view.new && mayOpen && <OpenDialog onClose={() => setView({ new: false })} onOpened={(id) => go(`/cases/${id}`)} />}
    </>
  );
}

const Peek = ({ row }: { row: CaseRow }) => (
  <div className={css.peek}>
    <h2 className="head">{row.title}</h2>
    <StateOf state={row.state} />
    <dl className="facts">
      <dt>{t('cases.type')}</dt><dd>{allegationTitle(row.type)}</dd>
      <dt>{t('cases.lead')}</dt><dd>{row.lead}</dd>
      <dt>{t('cases.opened')}</dt><dd><TwoTimes at={row.openedAt} siteZone={row.timeZone ?? undefined} /></dd>
    </dl>
    <LinkButton to={`/cases/${row.id}`} size="large" keyCap="Enter">{t('cases.enter')}</LinkButton>
    <p className="t2 small">{t('cases.peek.recorded')}</p>
  </div>
);
