import { useMemo, useState } from 'react';
import { useKeys } from '#platform/web/keys.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { type Listing, useList, useRead } from '#platform/web/query.ts';
import { one, text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button, IconButton, LinkButton } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { Chip, ListFoot, ListPage } from '#ui/list-page.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { SimulatedTag } from '#ui/simulated.tsx';
import { Asked, CutStrip, Empty } from '#ui/states.tsx';
import { useStill } from '#ui/still.ts';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { getSignal, listSignals, type Signal } from '../contract.ts';
import { t } from './messages.en.ts';
import { SignalReading } from './signal-reading.tsx';
import css from './signals.module.css';
import { useSites } from './sites.ts';
import { TryLine } from './try-line.tsx';

const SPANS_MS = { '': 0, '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 } as const;
const VIEW = viewOf({ site: text(), account: text(), source: text(), since: one(['', '1h', '24h', '7d']) });

/** Signals as they came, newest first: what came in the meantime waits while the pointer is in the list. */
export default function SignalsPage() {
  const [view, setView] = useView(VIEW);
  const from = useMemo(() => (view.since === '' ? undefined : new Date(Date.now() - SPANS_MS[view.since]).toISOString()), [view.since]);
  const account = /^[0-9a-z]{1,16}$/i.test(view.account ?? '') ? view.account : undefined;
  const list = useList('signals', listSignals, { limit: 50, ...(view.site && { siteId: view.site }), ...(account && { account }), ...(view.source && { source: view.source }), ...(from && { from }) });
  const sites = useSites();
  const isFiltered = Boolean(view.site || view.account || view.source || view.since);
  const places = [...sites].map(([value, { name }]) => ({ value, title: name })).sort((a, b) => a.title.localeCompare(b.title));
  const sourceName = list.data?.find((signal) => signal.source === view.source)?.sourceName;
  useWhere({ title: t('signals.title') });
  return (
    <ListPage
      title={t('signals.title')}
      filters={
        <>
          <SearchBox label={t('signals.account')} value={view.account} onValue={(words) => setView({ account: words })} />
          <FilterSelect label={t('signals.site')} value={view.site ?? ''} onValue={(site) => setView({ site: site || undefined })} choices={[{ value: '', title: t('signals.all-sites') }, ...places]} />
          <FilterSelect label={t('signals.since')} value={view.since} onValue={(since) => setView({ since: since as typeof view.since })} choices={(['', '1h', '24h', '7d'] as const).map((value) => ({ value, title: t(`signals.since.${value || 'any'}`) }))} />
          {view.source && <Chip name={t('signals.source')} value={sourceName ?? '…'} onRemove={() => setView({ source: undefined })} />}
        </>
      }
      foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={null} tookMs={list.tookMs} /> : null}
    >
      <CutStrip />
      <Asked reading={list}>
        {(signals) =>
          signals.length > 0 ? (
            <LiveList list={list} signals={signals} />
          ) : isFiltered ? (
            <Empty action={<Button onClick={() => setView({ site: undefined, account: undefined, source: undefined, since: '' })}>{t('signals.none.clear')}</Button>}>{t('signals.none')}</Empty>
          ) : (
            <TryLine />
          )
        }
      </Asked>
    </ListPage>
  );
}

type LiveListProps = { list: Listing<Signal>; signals: readonly Signal[] };

function LiveList({ list, signals }: LiveListProps) {
  const [picked, setPicked] = useState<string>();
  const sites = useSites();
  const go = useGo();
  const still = useStill(signals, (signal) => signal.id);
  const placeOf = (signal: Signal) => (signal.siteId === null ? undefined : sites.get(signal.siteId));
  const late = (signal: Signal) => <>{signal.isSimulated && <SimulatedTag />}{signal.isLate && <Tag look="p2" icon="clock"><span title={t('signals.late.more')}>{t('signals.late')}</span></Tag>}</>;
  const columns: Column<Signal>[] = [
    { key: 'received', title: t('signals.received'), width: 320, cell: (signal) => <TwoTimes at={signal.receivedAt} siteZone={placeOf(signal)?.timeZone} seconds /> },
    { key: 'site', title: t('signals.site'), isSpare: true, width: 150, cell: (signal) => placeOf(signal)?.name ?? <span className="t3">{t('signals.no-site')}</span> },
    { key: 'source', title: t('signals.source'), width: 170, cell: (signal) => signal.sourceName },
    { key: 'account', title: t('signals.account'), isSpare: true, width: 96, cell: (signal) => <span className="mono">{signal.account}</span> },
    { key: 'code', title: t('signals.code'), width: 64, cell: (signal) => <span className="mono">{signal.code ?? ''}</span> },
    { key: 'what', title: t('signals.what'), cell: (signal) => <span className={css.what}><b>{signal.title}</b>{late(signal)}</span> },
    { key: 'type', title: t('signals.type'), isSpare: true, width: 180, cell: (signal) => <span className="mono t2">{signal.type ?? ''}</span> },
    { key: 'repeats', title: t('signals.repeats'), align: 'end', width: 70, cell: (signal) => (signal.repeats === 0 ? '' : signal.repeats) },
  ];
  return (
    <div className={css.held} {...still.hold}>
      {still.waiting > 0 && <Button className={css.new} icon="up" onClick={still.release}>{t('signals.new', { n: still.waiting })}</Button>}
      <DataTable
        label={t('signals.list')}
        density="tight"
        columns={columns}
        rows={still.rows.map(({ row }) => row)}
        idOf={(signal) => signal.id}
        nameOf={(signal) => signal.title}
        onOpen={(signal) => go(`/watch/signals/${signal.id}`)}
        peeked={picked}
        onPeek={(signal) => setPicked(signal?.id)}
        more={list.more}
        isReadingMore={list.isReadingMore}
        phone={(signal) => ({ title: signal.title, second: `${signal.sourceName} · ${signal.code ?? ''}`, right: <><TwoTimes at={signal.receivedAt} siteZone={placeOf(signal)?.timeZone} layout="stack" />{late(signal)}</> })}
      />
      {picked && <SignalPeek id={picked} onClose={() => setPicked(undefined)} />}
    </div>
  );
}

function SignalPeek({ id, onClose }: { id: string; onClose: () => void }) {
  const signal = useRead('signals', getSignal, { id });
  const sites = useSites();
  useKeys({ Escape: onClose });
  return (
    <aside className={`panel ${css.peek}`} aria-label={t('signals.peek')}>
      <div className="panel-head">
        <h2 className="cut">{signal.data?.title ?? t('signals.peek')}</h2>
        <span className="space" />
        <LinkButton look="quiet" to={`/watch/signals/${id}`}>{t('signals.open')}</LinkButton>
        <IconButton icon="close" label={t('signals.close')} onClick={onClose} />
      </div>
      <Asked reading={signal}>{(detail) => <SignalReading key={detail.id} signal={detail} siteZone={detail.siteId === null ? undefined : sites.get(detail.siteId)?.timeZone} />}</Asked>
    </aside>
  );
}
