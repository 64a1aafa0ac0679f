import { useCommands } from '#platform/web/commands.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { useList, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { flag, one, text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button, LinkButton } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { addSite, listSites, type Site } from '../contract.ts';
import type { SiteKind } from '../rules.ts';
import { ExportLink } from './export-link.tsx';
import { KIND_CHOICES, kindWord, t } from './messages.en.ts';
import { SiteFacts } from './site-facts.tsx';
import { SiteForm, type SiteValues } from './site-form.tsx';
import { SiteTree } from './site-tree.tsx';

const KINDS = ['', 'region', 'country', 'site', 'building', 'floor', 'zone', 'room'] as const;
const VIEW = viewOf({ view: one(['tree', 'list']), state: one(['active', 'closed', 'any']), kind: one(KINDS), q: text(), sort: one(['name', 'code']), peek: text(), new: flag() });

const COLUMNS: readonly Column<Site>[] = [
  { key: 'code', title: t('sites.code'), width: 120, sort: ['code', 'code'], cell: (site) => <span className="mono t2">{site.code}</span> },
  { key: 'name', title: t('sites.name'), sort: ['name', 'name'], cell: (site) => <span className="row"><b className="strong cut">{site.name}</b>{site.state === 'closed' && <Tag look="line">{t('sites.state.closed')}</Tag>}</span> },
  { key: 'kind', title: t('sites.kind'), width: 90, cell: (site) => kindWord(site.kind) },
  { key: 'above', title: t('sites.above'), isSpare: true, cell: (site) => <span className="t2">{site.above.join(' › ')}</span> },
  { key: 'city', title: t('sites.place'), isSpare: true, width: 190, cell: (site) => [site.city, site.country].filter(Boolean).join(', ') },
  { key: 'zone', title: t('sites.zone'), width: 180, cell: (site) => <span className="t2">{site.timeZone}</span> },
];

export default function SitesPage() {
  const [view, setView] = useView(VIEW);
  const mayWrite = useMay('sites:write');
  const mayImport = useMay('sites:import');
  const isTree = view.view === 'tree' && view.q === undefined && view.kind === '';
  useWhere({ title: t('sites.title') });
  useCommands([
    ...(mayWrite ? [{ key: 'C', title: t('sites.new'), run: () => setView({ new: true }) }] : []),
    { key: 'V', title: t(isTree ? 'sites.view.list' : 'sites.view.tree'), run: () => setView({ view: isTree ? 'list' : 'tree', q: undefined, kind: '' }) },
  ]);
  const state = view.state === 'any' ? undefined : view.state;
  const list = useList('sites', listSites, { state, kind: (view.kind || undefined) as SiteKind | undefined, q: view.q, sort: view.sort }, { isOn: !isTree });
  const peeked = isTree ? undefined : list.data?.find((site) => site.id === view.peek);
  const isFiltered = view.q !== undefined || view.kind !== '' || view.state !== 'active';
  const empty = isFiltered ? <Empty action={<Button onClick={() => setView({ q: undefined, kind: '', state: 'active' })}>{t('sites.clear')}</Button>}>{t('sites.none')}</Empty> : <Empty>{t(mayWrite ? 'sites.empty' : 'sites.empty.mine')}</Empty>;
  return (
    <>
      <ListPage
        title={t('sites.title')}
        views={<><Button look={isTree ? 'plain' : 'quiet'} aria-pressed={isTree} onClick={() => setView({ view: 'tree', q: undefined, kind: '' })}>{t('sites.view.tree')}</Button><Button look={isTree ? 'quiet' : 'plain'} aria-pressed={!isTree} onClick={() => setView({ view: 'list' })}>{t('sites.view.list')}</Button></>}
        actions={<><ExportLink />{mayImport && <LinkButton to="/imports?kind=sites.site">{t('sites.import')}</LinkButton>}{mayWrite && <Button look="filled" keyCap="C" onClick={() => setView({ new: true })}>{t('sites.new')}</Button>}</>}
        filters={<>
          <SearchBox label={t('sites.find')} value={view.q} onValue={(q) => setView({ q })} />
          <FilterSelect label={t('sites.state')} value={view.state} all="active" onValue={(value) => setView({ state: value as typeof view.state })} choices={(['active', 'closed', 'any'] as const).map((value) => ({ value, title: value === 'any' ? t('sites.any') : t(`sites.state.${value}`) }))} />
          <FilterSelect label={t('sites.kind')} value={view.kind} onValue={(value) => setView({ kind: value as typeof view.kind })} choices={[{ value: '', title: t('sites.all') }, ...KIND_CHOICES()]} />
        </>}
        foot={isTree || list.state !== 'ready' ? null : <ListFoot shown={list.data.length} total={list.total} tookMs={list.tookMs} />}
        peek={peeked ? { name: peeked.code, onClose: () => setView({ peek: undefined }), body: <><h2 className="head">{peeked.name}</h2><SiteFacts site={peeked} /><LinkButton to={`/sites/${peeked.id}`} size="large">{t('sites.open')}</LinkButton></> } : null}
      >
        {isTree ? <SiteTree label={t('sites.title')} state={state} empty={empty} /> : <Asked reading={list}>{(sites) => (sites.length === 0 ? empty : <Table sites={sites} list={list} view={view} setView={setView} />)}</Asked>}
      </ListPage>
      {view.new && <NewSite onClose={() => setView({ new: false })} />}
    </>
  );
}

type TableProps = { sites: readonly Site[]; list: { more: (() => void) | null; isReadingMore: boolean }; view: { sort: 'name' | 'code'; peek: string | undefined }; setView: (change: { sort?: 'name' | 'code'; peek?: string | undefined }) => void };

function Table({ sites, list, view, setView }: TableProps) {
  const go = useGo();
  return (
    <DataTable
      label={t('sites.title')} columns={COLUMNS} rows={sites} idOf={(site) => site.id} nameOf={(site) => site.name} onOpen={(site) => go(`/sites/${site.id}`)}
      peeked={view.peek} onPeek={(site) => setView({ peek: site?.id })} sort={view.sort} onSort={(sort) => setView({ sort: sort as 'name' | 'code' })} more={list.more} isReadingMore={list.isReadingMore}
      phone={(site) => ({ title: site.name, second: [site.code, ...site.above].join(' · '), right: <span className="t2">{kindWord(site.kind)}</span> })}
    />
  );
}

function NewSite({ onClose }: { onClose: () => void }) {
  const go = useGo();
  const adding = useSend('sites', addSite);
  const add = async ({ country, ...values }: SiteValues): Promise<void> => {
    const site = await adding.send({ ...values, ...(country === null ? {} : { country }) });
    announce(t('sites.added', { name: site.name }));
    go(`/sites/${site.id}`);
  };
  return <SiteForm title={t('sites.new')} does={t('sites.add')} site={null} parent={null} isBusy={adding.isBusy} problem={adding.problem} onSend={(values) => void add(values).catch(() => undefined)} onClose={onClose} />;
}
