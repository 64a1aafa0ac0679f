import { useGo } from '#platform/web/navigation.tsx';
import { useList } from '#platform/web/query.ts';
import { one, text, useView, viewOf } from '#platform/web/view.ts';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { placeWords, useSites } from '#modules/signals/web/public.tsx';
import { type HeldSignal, listHeldSignals } from '../../held-contract.ts';
import { useTypes } from '../rules/types.ts';
import { siteWords } from '../words.ts';
import css from './held.module.css';
import { t } from './messages.en.ts';

const WHYS = ['all', 'explained', 'repeat', 'runaway', 'test', 'maintenance', 'suppressed'] as const;
const VIEW = viewOf({ why: one(WHYS), test: text() });

/** Every signal that did not ring, with what held it; a row opens the signal as it came. */
export function SignalsTab() {
  const [view, setView] = useView(VIEW);
  const list = useList('alarms', listHeldSignals, { limit: 50, ...(view.why !== 'all' && { why: view.why }), ...(view.test && { onTestId: view.test }) });
  return (
    <>
      <div className={css.head}>
        <FilterSelect label={t('held.why')} all="all" value={view.why} onValue={(why) => setView({ why: why as typeof view.why })} choices={WHYS.map((value) => ({ value, title: t(`held.why.${value}`) }))} />
        <span className="t2 small">{t('held.note.signals')}</span>
      </div>
      <Asked reading={list}>{(signals) => (signals.length === 0 ? <Empty>{t('held.none.signals')}</Empty> : <Table signals={signals} more={list.more} isReadingMore={list.isReadingMore} />)}</Asked>
    </>
  );
}

const heldBy = ({ rule }: HeldSignal): string => (rule ? `${rule.name} (${t('held.rule.version', { number: rule.number, n: rule.n })})` : '');

function Table({ signals, more, isReadingMore }: { signals: readonly HeldSignal[]; more: (() => void) | null; isReadingMore: boolean }) {
  const go = useGo();
  const sites = useSites();
  const { titleOf } = useTypes();
  const at = (row: HeldSignal) => <TwoTimes at={row.at} siteZone={row.siteId === null ? undefined : sites.get(row.siteId)?.timeZone} layout="stack" />;
  const where = (row: HeldSignal): string => [siteWords(row.site), row.sourceName, placeWords(row.point, null)].filter(Boolean).join(' · ');
  const columns: Column<HeldSignal>[] = [
    { key: 'type', title: t('held.signal'), cell: (row) => <b>{row.type === null ? t('held.signal') : titleOf(row.type)}</b> },
    { key: 'where', title: t('held.place'), cell: where },
    { key: 'why', title: t('held.why'), width: 190, cell: (row) => <Tag>{t(`held.why.${row.why}`)}</Tag> },
    { key: 'by', title: t('held.by'), cell: heldBy },
    { key: 'at', title: t('held.at'), align: 'end', width: 160, cell: at },
  ];
  return <DataTable label={t('held.list.signals')} columns={columns} rows={signals} idOf={({ id }) => id} nameOf={(row) => `${row.type ?? ''} ${where(row)}`} onOpen={({ signalId }) => go(`/watch/signals/${signalId}`)} more={more} isReadingMore={isReadingMore} phone={(row) => ({ title: row.type === null ? t('held.signal') : titleOf(row.type), second: `${t(`held.why.${row.why}`)} · ${where(row)}`, right: at(row) })} />;
}
