import { lazy, Suspense, useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useList, useRead } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { flag, one, text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button, LinkButton } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { SimulatedTag } from '#ui/simulated.tsx';
import { Asked, CutStrip, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TabBar } from '#ui/tabs.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { listQuarantine, listSources, type Source } from '../contract.ts';
import { isTurnedAway, keyWords, TurnedAway } from './line.tsx';
import { t } from './messages.en.ts';
import { asProtocol, isMapped, protocolName } from './protocols.ts';
import { Refusals } from './refusals.tsx';
import type { Asking } from './source-dialogs.tsx';
import css from './signals.module.css';
import { useSites } from './sites.ts';
import { Strangers } from './strangers.tsx';
import { signatureWords } from './signature-dialog.tsx';
import { isWatchable, Silent, watchWords } from './supervision.tsx';

const SourceDialogs = lazy(() => import('./source-dialogs.tsx'));
const VIEW = viewOf({ tab: one(['sources', 'strangers', 'refusals']), q: text(), site: text(), source: text(), add: flag() });

/** Sources of signals and when each was last heard; accounts that nobody knows; what was refused. */
export default function SourcesPage() {
  const [view, setView] = useView(VIEW);
  const [asking, setAsking] = useState<Asking | null>(view.add ? { what: 'add' } : null);
  const mayChange = useMay('signals:sources');
  const mayAdopt = useMay('signals:adopt');
  const strangers = useRead('signals', listQuarantine, {}, { isOn: mayAdopt, everyMs: 15_000 });
  useWhere({ title: t('signals.sources') });
  useCommands(mayChange ? [{ key: 'C', title: t('signals.sources.add'), run: () => setAsking({ what: 'add' }) }, { title: t('signals.look'), run: () => setAsking({ what: 'look' }) }] : []);
  const tabs = [
    { key: 'sources', title: t('signals.sources'), body: null },
    ...(mayAdopt ? [{ key: 'strangers', title: t('signals.strangers'), body: null, ...(strangers.data && { count: strangers.data.items.length }) }] : []),
    ...(mayChange ? [{ key: 'refusals', title: t('signals.refusals'), body: null }] : []),
  ];
  const bar = (current: string) => tabs.length > 1 && <TabBar tabs={tabs} current={current} onTab={(key) => setView({ tab: key as typeof view.tab })} label={t('signals.tabs')} />;
  const tab = tabs.some(({ key }) => key === view.tab) ? view.tab : 'sources';
  const close = (): void => {
    setAsking(null);
    if (view.add) setView({ add: false });
  };
  return (
    <>
      {tab === 'sources' ? (
        <Sources view={view} setView={setView} onAsk={setAsking} mayChange={mayChange} tabs={bar(tab)} />
      ) : (
        <ListPage title={t('signals.sources')} views={bar(tab)}>
          <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`} className={css.held}>{tab === 'strangers' ? <Strangers reading={strangers} onAdopt={(stranger) => setAsking({ what: 'adopt', stranger })} /> : <Refusals />}</div>
        </ListPage>
      )}
      <Suspense fallback={null}>{asking && <SourceDialogs asking={asking} onClose={close} />}</Suspense>
    </>
  );
}

type SetView = (change: { q?: string | undefined; site?: string | undefined; source?: undefined }) => void;
type SourcesProps = { view: { q: string | undefined; site: string | undefined; source: string | undefined }; setView: SetView; onAsk: (asking: Asking) => void; mayChange: boolean; tabs: React.ReactNode };

function Sources({ view, setView, onAsk, mayChange, tabs }: SourcesProps) {
  const [picked, setPicked] = useState(view.source);
  const pick = (id: string | undefined): void => {
    setPicked(id);
    if (view.source) setView({ source: undefined });
  };
  const list = useList('signals', listSources, { limit: 100, ...(view.q && { q: view.q }), ...(view.site && { siteId: view.site }) });
  const sites = useSites();
  const siteOf = (source: Source) => (source.siteId === null ? undefined : sites.get(source.siteId));
  const heard = (source: Source, layout: 'line' | 'stack' = 'line') => (source.heardAt === null ? <span className="t3">{t('signals.sources.never')}</span> : <TwoTimes at={source.heardAt} siteZone={siteOf(source)?.timeZone} seconds={layout === 'line'} layout={layout} />);
  const columns: Column<Source>[] = [
    { key: 'name', title: t('signals.sources.name'), cell: (source) => <><b>{source.name}</b>{' '}{source.isSimulated && <><SimulatedTag />{' '}</>}{source.silentSince && <><Tag look="p1">{t('signals.watch.tag')}</Tag>{' '}</>}{isTurnedAway(source) && <Tag look="p2">{t('signals.refused.tag')}</Tag>}</> },
    { key: 'account', title: t('signals.account'), width: 120, cell: (source) => <span className="mono">{source.account}</span> },
    { key: 'site', title: t('signals.site'), cell: (source) => siteOf(source)?.name ?? <span className="t3">{t('signals.no-site')}</span> },
    { key: 'protocol', title: t('signals.sources.protocol'), isSpare: true, width: 110, cell: (source) => protocolName(source.protocol) },
    { key: 'heard', title: t('signals.sources.heard'), width: 330, cell: (source) => heard(source) },
    { key: 'from', title: t('signals.sources.from'), isSpare: true, width: 150, cell: (source) => <span className="mono t2">{source.heardFrom ?? ''}</span> },
  ];
  const peeked = list.data?.find((source) => source.id === picked);
  const places = [...sites].map(([value, { name }]) => ({ value, title: name })).sort((a, b) => a.title.localeCompare(b.title));
  const isFiltered = Boolean(view.q || view.site);
  const add = mayChange && <><Button onClick={() => onAsk({ what: 'look' })}>{t('signals.look')}</Button><Button look="filled" icon="add" keyCap="C" onClick={() => onAsk({ what: 'add' })}>{t('signals.sources.add')}</Button></>;
  return (
    <ListPage
      title={t('signals.sources')}
      views={tabs}
      actions={add}
      filters={
        <>
          <SearchBox label={t('signals.sources.search')} value={view.q} onValue={(q) => setView({ q })} />
          <FilterSelect label={t('signals.site')} value={view.site ?? ''} onValue={(site) => setView({ site: site || undefined })} choices={[{ value: '', title: t('signals.all-sites') }, ...places]} />
        </>
      }
      peek={peeked ? { name: peeked.account, body: <SourcePeek source={peeked} site={siteOf(peeked)?.name} heard={heard(peeked)} mayChange={mayChange} onAsk={onAsk} />, onClose: () => pick(undefined) } : null}
      foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={null} tookMs={list.tookMs} /> : null}
    >
      <CutStrip />
      <div {...(tabs && { role: 'tabpanel', id: 'panel-sources', 'aria-labelledby': 'tab-sources' })} className={css.held}>
        <Asked reading={list}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty action={isFiltered && <Button onClick={() => setView({ q: undefined, site: undefined })}>{t('signals.none.clear')}</Button>}>{t(isFiltered ? 'signals.sources.none-found' : mayChange ? 'signals.sources.none' : 'signals.sources.none.ask')}</Empty>
            ) : (
              <DataTable label={t('signals.sources')} columns={columns} rows={rows} idOf={(source) => source.id} nameOf={(source) => source.name} onOpen={(source) => pick(source.id)} peeked={picked} onPeek={(source) => pick(source?.id)} more={list.more} isReadingMore={list.isReadingMore} phone={(source) => ({ title: source.name, second: `${source.account} · ${siteOf(source)?.name ?? t('signals.no-site')}${source.silentSince ? ` · ${t('signals.watch.tag')}` : ''}${isTurnedAway(source) ? ` · ${t('signals.refused.tag')}` : ''}`, right: heard(source, 'stack') })} />
            )
          }
        </Asked>
      </div>
    </ListPage>
  );
}

type SourcePeekProps = { source: Source; site: string | undefined; heard: React.ReactNode; mayChange: boolean; onAsk: (asking: Asking) => void };

const SourcePeek = ({ source, site, heard, mayChange, onAsk }: SourcePeekProps) => (
  <>
    <h2 className="head">{source.name}</h2>
    <dl className="facts">
      <dt>{t('signals.account')}</dt><dd className="mono">{source.account}</dd>
      <dt>{t('signals.site')}</dt><dd>{site ?? t('signals.no-site')}</dd>
      <dt>{t('signals.sources.protocol')}</dt><dd>{protocolName(source.protocol)}</dd>
      <dt>{t('signals.sources.heard')}</dt><dd>{heard}</dd>
      {source.heardFrom && <><dt>{t('signals.sources.from')}</dt><dd className="mono">{source.heardFrom}</dd></>}
      {source.missing > 0 && <><dt>{t('signals.sources.missing')}</dt><dd>{t('signals.sources.missing.n', { n: source.missing })}{source.missingAt && <> · <TwoTimes at={source.missingAt} /></>}</dd></>}
      {source.protocol === 'dc09' && <><dt>{t('signals.key.now')}</dt><dd>{keyWords(source)}{source.keyAt && <span className="t2"> · <TwoTimes at={source.keyAt} /></span>}</dd></>}
      {source.protocol === 'http' && <><dt>{t('signals.signature')}</dt><dd>{signatureWords(source)}</dd></>}
      {isWatchable(source) && <><dt>{t('signals.watch')}</dt><dd>{watchWords(source)}</dd></>}
      <dt>{t('signals.sources.since')}</dt><dd><TwoTimes at={source.createdAt} /></dd>
    </dl>
    <Silent source={source} />
    <TurnedAway source={source} />
    <section><h3>{t('signals.setup')}</h3><p className="t2" style={{ overflowWrap: 'anywhere' }}>{t(`signals.setup.${asProtocol(source.protocol)}`, { account: source.account })}</p></section>
    <div className="row">
      <LinkButton to={`/watch/signals?source=${source.id}`}>{t('signals.sources.signals')}</LinkButton>
      {mayChange && isMapped(source.protocol) && <LinkButton to={`/watch/sources/${source.id}/mapping`}>{t('signals.sources.mapping')}</LinkButton>}
      {mayChange && <Button onClick={() => onAsk({ what: 'change', source })}>{t('signals.sources.change')}</Button>}
    </div>
    {mayChange && isWatchable(source) && (
      <div className="row">
        {source.protocol === 'dc09' && <Button onClick={() => onAsk({ what: 'key', source })}>{t('signals.key.change')}</Button>}
        {source.protocol === 'onvif' && <Button onClick={() => onAsk({ what: 'sign-in', source })}>{t('signals.camera.change')}</Button>}
        <Button onClick={() => onAsk({ what: 'watch', source })}>{t('signals.watch.change')}</Button>
      </div>
    )}
    {mayChange && (
      <div className="row">
        {source.protocol === 'http' && <Button onClick={() => onAsk({ what: 'signature', source })}>{t('signals.signature.change')}</Button>}
        {source.protocol === 'http' && <Button onClick={() => onAsk({ what: 'renew', source })}>{t('signals.key.renew')}</Button>}
        <Button look="danger" onClick={() => onAsk({ what: 'retire', source })}>{t('signals.sources.retire')}</Button>
      </div>
    )}
  </>
);
