import { useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { useList } from '#platform/web/query.ts';
import { useMay, useMe } from '#platform/web/session.tsx';
import { many, one, text, useView, type View, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button, LinkButton } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { SimulatedTag } from '#ui/simulated.tsx';
import { Asked, CutStrip, Empty, Waiting } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import { Age, Money, TwoTimes } from '#ui/time.tsx';
import { WallLock } from '#ui/wall-edge.tsx';
import { type Classification, type IncidentRow, IncidentState, listIncidents } from '../contract.ts';
import { typeTitle, useClassification } from './classification.ts';
import { FilterDialog, Filters } from './filters.tsx';
import css from './incidents.module.css';
import { t } from './messages.en.ts';
import { Peek } from './peek.tsx';
import { SeverityMark } from './severity.tsx';

export const VIEW = viewOf({
  state: many(IncidentState.options), severity: many(['1', '2', '3', '4', '5']), type: text(), site: text(), lead: text(), from: text(), to: text(), q: text(), sort: one(['-occurred', 'occurred']), peek: text(),
});
export type IncidentsView = View<typeof VIEW>;

/** All incidents that I may see; the URL is the view. */
export default function IncidentsPage() {
  const [view, setView] = useView(VIEW);
  const [isFiltering, setFiltering] = useState(false);
  const go = useGo();
  const me = useMe();
  const mayDeclare = useMay('incidents:declare');
  const mayImport = useMay('incidents:import');
  const classification = useClassification();
  const list = useList('incidents', listIncidents, queryOf(view));
  const peeked = list.data?.find(({ id }) => id === view.peek);
  useWhere({ title: t('incidents'), ...(peeked?.site && peeked.timeZone && { site: { name: peeked.site, timeZone: peeked.timeZone } }) });
  useCommands([
    ...(mayDeclare ? [{ key: 'C', title: t('incidents.declare'), run: () => go('/incidents/new') }] : []),
    { key: 'F', title: t('incidents.filter.add'), run: () => setFiltering(true) },
  ]);
  const isFiltered = [view.state, view.severity].some((chosen) => chosen.length > 0) || [view.type, view.site, view.lead, view.from, view.to, view.q].some((chosen) => chosen !== undefined);
  return (
    <ListPage
      title={t('incidents')}
      views={<Views view={view} me={me.personId} onView={(next) => setView({ ...NOTHING, ...next }, { push: true })} />}
      actions={<>{mayImport && <LinkButton to="/imports?kind=incidents.incident">{t('incidents.import')}</LinkButton>}{mayDeclare && <LinkButton to="/incidents/new" look="filled" keyCap="C">{t('incidents.declare')}</LinkButton>}</>}
      filters={<Filters view={view} onView={setView} classification={classification.data} rows={list.data ?? []} onAdd={() => setFiltering(true)} />}
      peek={peeked ? { name: peeked.number, body: <Peek row={peeked} classification={classification.data} />, onClose: () => setView({ peek: undefined }) } : null}
      foot={list.data && <ListFoot shown={list.data.length} total={list.total ?? null} tookMs={list.tookMs}>{list.more && <span className="t2">{t('incidents.more-exist')}</span>}</ListFoot>}
    >
      <CutStrip />
      <Asked reading={list} waiting={<Waiting rows={12} what={t('incidents')} />}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty action={isFiltered ? <Button onClick={() => setView(NOTHING)}>{t('incidents.filter.clear')}</Button> : mayDeclare && <LinkButton to="/incidents/new">{t('incidents.declare')}</LinkButton>}>{isFiltered ? t('incidents.empty.filtered') : t('incidents.empty')}</Empty>
          ) : (
            <DataTable
              label={t('incidents')} columns={columnsOf(classification.data, peeked !== undefined)} rows={rows} idOf={({ id }) => id} nameOf={(row) => `${row.number} ${row.title}`} onOpen={(row) => go(`/incidents/${row.id}`)}
              peeked={view.peek} onPeek={(row) => setView({ peek: row?.id })} sort={view.sort} onSort={(sort) => setView({ sort: sort === 'occurred' ? 'occurred' : '-occurred' })} more={list.more} isReadingMore={list.isReadingMore}
              phone={(row) => ({ left: <SeverityMark severity={row.severity} hasName={false} />, title: <>{row.isWalled && <WallLock label={t('incidents.walled')} />} {row.title} {row.isSimulated && <SimulatedTag />}</>, second: `${row.number}${row.site ? ` · ${row.site}` : ''}`, right: <StateOf row={row} /> })}
            />
          )
        }
      </Asked>
      {isFiltering && <FilterDialog view={view} onView={setView} classification={classification.data} onClose={() => setFiltering(false)} />}
    </ListPage>
  );
}

export const NOTHING: Partial<IncidentsView> = { state: [], severity: [], type: undefined, site: undefined, lead: undefined, from: undefined, to: undefined, q: undefined };

const queryOf = ({ state, severity, type, site, lead, from, to, q, sort }: IncidentsView) => ({
  sort, limit: 50, ...(state.length > 0 && { state }), ...(severity.length > 0 && { severity: severity.map(Number) }), ...(type && { type: [type] }), ...(site && { siteId: site }), ...(lead && { commanderId: lead }), ...(from && { from }), ...(to && { to }), ...(q && { q }),
});

type ViewsProps = { view: IncidentsView; me: string; onView: (view: Partial<IncidentsView>) => void };

/** The views that ship: what is open, what I lead, everything. */
function Views({ view, me, onView }: ViewsProps) {
  const shipped = [
    { key: 'open', view: { state: ['open' as const] }, isOn: view.state.join() === 'open' && view.lead === undefined },
    { key: 'mine', view: { state: ['open' as const], lead: me }, isOn: view.state.join() === 'open' && view.lead === me },
    { key: 'all', view: {}, isOn: view.state.length === 0 && view.lead === undefined },
  ] as const;
  return <>{shipped.map(({ key, view: next, isOn }) => <Button key={key} look="quiet" aria-pressed={isOn} className={isOn ? css.viewOn : undefined} onClick={() => onView({ ...next, state: 'state' in next ? [...next.state] : [] })}>{t(`incidents.view.${key}`)}</Button>)}</>;
}

export const StateOf = ({ row }: { row: Pick<IncidentRow, 'state' | 'isMerged'> }) => <State fill={row.state === 'open' ? 'full' : 'ended'}>{t(row.isMerged ? 'incidents.state.merged' : `incidents.state.${row.state}`)}</State>;

/** Sums of a row; a figure that nobody entered says so. */
export function LossWords({ row }: { row: Pick<IncidentRow, 'losses' | 'noLoss'> }) {
  if (row.losses.length > 0) return <>{row.losses.map((sum) => <div key={sum.currency}><Money minor={sum.amountMinor} currency={sum.currency} /></div>)}</>;
  return <span className="t3">{row.noLoss ? t('incidents.loss.nothing') : t('incidents.not-yet')}</span>;
}

/** Beside an open peek, what the peek says is left out. */
const columnsOf = (classification: Classification | undefined, isPeeking: boolean): readonly Column<IncidentRow>[] => [
  { key: 'severity', title: t('incidents.severity'), hidesTitle: true, width: 64, cell: (row) => <SeverityMark severity={row.severity} hasName={false} /> },
  { key: 'number', title: t('incidents.number'), width: 146, cell: (row) => <span className="mono nowrap t2">{row.number}</span> },
  { key: 'title', title: t('incidents.what'), cell: (row) => <span className={css.rowTitle}>{row.isWalled && <WallLock label={t('incidents.walled')} />}<b>{row.title}</b> {row.isSimulated && <SimulatedTag />}</span> },
  { key: 'type', title: t('incidents.type'), isSpare: true, width: 170, cell: (row) => typeTitle(classification, row.type) ?? <span className="t3">{t('incidents.unclassified')}</span> },
  { key: 'state', title: t('incidents.state'), width: 106, cell: (row) => <StateOf row={row} /> },
  { key: 'site', title: t('incidents.site'), width: 146, cell: (row) => row.site ?? <span className="t3">{row.siteId === null ? t('incidents.no-site') : t('incidents.site.hidden')}</span> },
  ...(isPeeking ? [] : [{ key: 'lead', title: t('incidents.lead'), isSpare: true, width: 140, cell: (row: IncidentRow) => row.commander ?? <span className="t3">{t('incidents.nobody')}</span> }]),
  { key: 'occurred', title: t('incidents.began'), width: 160, sort: ['occurred', '-occurred'], cell: (row) => <TwoTimes at={row.occurredFrom} siteZone={row.timeZone ?? undefined} layout="stack" /> },
  ...(isPeeking ? [] : [{ key: 'open', title: t('incidents.open-for'), align: 'end' as const, width: 76, isSpare: true, cell: (row: IncidentRow) => (row.state === 'open' ? <Age since={row.knownAt} /> : <span className="t3">{t('incidents.ended')}</span>) }]),
  { key: 'loss', title: t('incidents.loss'), align: 'end', width: 110, cell: (row) => <LossWords row={row} /> },
];
