import { useMemo } from 'react';
import { useGo } from '#platform/web/navigation.tsx';
import { useList, useRead } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { one, text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { type Priority, PriorityShape } from '#ui/priority.tsx';
import { SimulatedTag } from '#ui/simulated.tsx';
import { Asked, CutStrip, Empty } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { ageWords } from '#ui/times.ts';
import { listTypes } from '#modules/signals/contract.ts';
import { placeWords, useSites } from '#modules/signals/web/public.tsx';
import { type Alarm, listAlarms } from '../contract.ts';
import { causeOf, dispositionOf, dispositions, shownState } from '../rules.ts';
import css from './history.module.css';
import { t } from './messages.en.ts';
import { DutyKeys } from './shifts/duty-bar.tsx';
import { answerOf } from './queue.ts';
import { shortName, siteWords } from './words.ts';

const SPANS_MS = { '': 0, '24h': 86_400_000, '7d': 7 * 86_400_000, '90d': 90 * 86_400_000 } as const;
const VIEW = viewOf({ state: one(['all', 'open', 'closed']), site: text(), priority: one(['', '1', '2', '3', '4']), type: text(), finding: text(), since: one(['', '24h', '7d', '90d']) });
const NO_FILTER = { state: 'all', site: undefined, priority: '', type: undefined, finding: undefined, since: '' } as const;
const FILL = { unacknowledged: 'empty', acknowledged: 'full', 'returned-unacknowledged': 'half', 'returned-acknowledged': 'half', shelved: 'ended', closed: 'ended' } as const;

/** Every alarm that the reader may see, open and closed, by filters that stand in the URL. */
export default function HistoryPage() {
  const [view, setView] = useView(VIEW);
  const from = useMemo(() => (view.since === '' ? undefined : new Date(Date.now() - SPANS_MS[view.since]).toISOString()), [view.since]);
  const list = useList('alarms', listAlarms, {
    state: view.state, limit: 50, ...(view.site && { siteId: view.site }), ...(view.priority && { priority: Number(view.priority) }), ...(view.type && { type: view.type }), ...(view.finding && { disposition: view.finding }), ...(from && { from }),
  });
  const isFiltered = view.state !== NO_FILTER.state || [view.site, view.priority, view.type, view.finding, view.since].some(Boolean);
  useWhere({ title: t('history.title') });
  return (
    <ListPage title={t('history.title')} filters={<Filters view={view} setView={setView} />} foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={null} tookMs={list.tookMs} /> : null}>
      <CutStrip />
      <Asked reading={list}>
        {(alarms) => (alarms.length === 0 ? <Empty action={isFiltered && <Button onClick={() => setView(NO_FILTER)}>{t('history.clear')}</Button>}>{t(isFiltered ? 'history.none' : 'history.empty')}</Empty> : <Table alarms={alarms} more={list.more} isReadingMore={list.isReadingMore} />)}
      </Asked>
      <DutyKeys />
    </ListPage>
  );
}

type Shown = ReturnType<typeof useView<typeof VIEW>>;

function Filters({ view, setView }: { view: Shown[0]; setView: Shown[1] }) {
  const sites = useSites();
  const types = useRead('signals', listTypes, {}, { isOn: useMay('signals:read') });
  const places = [...sites].map(([value, { name }]) => ({ value, title: name })).sort((a, b) => a.title.localeCompare(b.title));
  const kinds = (types.data?.items ?? []).filter((type) => type.raisesAlarm).map((type) => ({ value: type.key, title: type.title })).sort((a, b) => a.title.localeCompare(b.title));
  return (
    <>
      <FilterSelect label={t('history.state')} all="all" value={view.state} onValue={(state) => setView({ state: state as typeof view.state })} choices={(['all', 'open', 'closed'] as const).map((value) => ({ value, title: t(`history.state.${value}`) }))} />
      <FilterSelect label={t('history.priority')} value={view.priority} onValue={(priority) => setView({ priority: priority as typeof view.priority })} choices={[{ value: '', title: t('history.priority.all') }, ...['1', '2', '3', '4'].map((value) => ({ value, title: value }))]} />
      <FilterSelect label={t('history.site')} value={view.site ?? ''} onValue={(site) => setView({ site: site || undefined })} choices={[{ value: '', title: t('history.site.all') }, ...places]} />
      <FilterSelect label={t('history.type')} value={view.type ?? ''} onValue={(type) => setView({ type: type || undefined })} choices={[{ value: '', title: t('history.type.all') }, ...kinds]} />
      <FilterSelect label={t('history.finding')} value={view.finding ?? ''} onValue={(finding) => setView({ finding: finding || undefined })} choices={[{ value: '', title: t('history.finding.all') }, ...dispositions.map(({ key, title }) => ({ value: key, title }))]} />
      <FilterSelect label={t('history.since')} value={view.since} onValue={(since) => setView({ since: since as typeof view.since })} choices={(['', '24h', '7d', '90d'] as const).map((value) => ({ value, title: t(`history.since.${value || 'any'}`) }))} />
    </>
  );
}

const findingOf = (alarm: Alarm): string => [dispositionOf(alarm.disposition ?? '')?.title ?? alarm.disposition, causeOf(alarm.cause ?? '')?.title ?? alarm.cause].filter(Boolean).join(', ');

function Table({ alarms, more, isReadingMore }: { alarms: readonly Alarm[]; more: (() => void) | null; isReadingMore: boolean }) {
  const sites = useSites();
  const go = useGo();
  const zoneOf = (alarm: Alarm) => (alarm.siteId === null ? undefined : sites.get(alarm.siteId)?.timeZone);
  const shape = (alarm: Alarm) => <PriorityShape priority={alarm.priority as Priority} isOutlined={!alarm.isActive || alarm.handling === 'shelved'} size={16} label={t('watch.row.priority', { priority: alarm.priority })} />;
  const state = (alarm: Alarm) => <State fill={FILL[shownState(alarm)]}>{t(`watch.state.${shownState(alarm)}`)}</State>;
  const columns: Column<Alarm>[] = [
    { key: 'priority', title: t('history.priority'), hidesTitle: true, width: 36, cell: shape },
    { key: 'number', title: t('history.number'), width: 136, cell: (alarm) => <span className="mono">{alarm.number}</span> },
    { key: 'what', title: t('history.what'), cell: (alarm) => <><b>{alarm.title}</b> {alarm.isSimulated && <SimulatedTag />}</> },
    { key: 'where', title: t('history.where'), cell: (alarm) => [siteWords(alarm.site), alarm.sourceName, placeWords(alarm.point, alarm.area)].filter(Boolean).join(' · ') },
    { key: 'state', title: t('history.state'), width: 164, cell: state },
    { key: 'finding', title: t('history.finding'), cell: findingOf },
    { key: 'who', title: t('history.owner'), isSpare: true, width: 112, cell: (alarm) => { const who = alarm.closer ?? alarm.owner; return who === null ? '' : shortName(who); } },
    { key: 'answered', title: t('history.answered'), align: 'end', isSpare: true, width: 84, cell: (alarm) => <Answered alarm={alarm} /> },
    { key: 'happened', title: t('history.happened'), align: 'end', width: 160, cell: (alarm) => <TwoTimes at={alarm.raisedAt} siteZone={zoneOf(alarm)} layout="stack" /> },
  ];
  return (
    <DataTable label={t('history.list')} columns={columns} rows={alarms} idOf={(alarm) => alarm.id} nameOf={(alarm) => alarm.number} onOpen={(alarm) => go(`/watch/alarms/${alarm.id}`)} more={more} isReadingMore={isReadingMore} phone={(alarm) => ({ left: shape(alarm), title: <>{alarm.title} {alarm.isSimulated && <SimulatedTag />}</>, second: [siteWords(alarm.site), alarm.sourceName].filter(Boolean).join(' · '), right: <>{state(alarm)}<TwoTimes at={alarm.raisedAt} siteZone={zoneOf(alarm)} layout="stack" /></> })} />
  );
}

function Answered({ alarm }: { alarm: Alarm }) {
  const answer = answerOf(alarm, new Date());
  if (answer.kind !== 'given') return <span className="t3">{alarm.handling === 'closed' ? '' : t('history.not-yet')}</span>;
  return <>{ageWords(answer.afterMs)}{!answer.isInTime && <span className={css.late}> {t('history.late')}</span>}</>;
}
