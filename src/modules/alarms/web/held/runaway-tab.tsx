import { useState } from 'react';
import { useGo } from '#platform/web/navigation.tsx';
import { useList, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { placeWords, useSites } from '#modules/signals/web/public.tsx';
import { listRunaways, releaseRunaway, type Runaway } from '../../held-contract.ts';
import { siteWords } from '../words.ts';
import css from './held.module.css';
import { t } from './messages.en.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import type { TabState } from './test-tab.tsx';

const nameOf = ({ sourceName, point }: Runaway): string => [sourceName, placeWords(point, null)].filter(Boolean).join(' · ');

/** Devices that protection holds, with how much, since when, and the one step that lets them ring again. */
export function RunawayTab({ state, onState }: TabState) {
  const list = useList('alarms', listRunaways, { state: state === 'now' ? 'held' : 'released', limit: 50 });
  return (
    <>
      <div className={css.head}>
        <FilterSelect label={t('held.state')} all="now" value={state} onValue={(next) => onState(next as typeof state)} choices={[{ value: 'now', title: t('held.state.held') }, { value: 'before', title: t('held.state.released') }]} />
        <span className="t2 small">{t('held.note.runaway')}</span>
      </div>
      <Asked reading={list}>{(held) => (held.length === 0 ? <Empty>{t(state === 'now' ? 'held.none.runaway' : 'held.none.released')}</Empty> : <Table held={held} more={list.more} isReadingMore={list.isReadingMore} />)}</Asked>
    </>
  );
}

function Table({ held, more, isReadingMore }: { held: readonly Runaway[]; more: (() => void) | null; isReadingMore: boolean }) {
  const go = useGo();
  const sites = useSites();
  const mayRelease = useMay('alarms:supervise');
  const [asking, setAsking] = useState<Runaway | null>(null);
  const zoneOf = ({ siteId }: Runaway) => (siteId === null ? undefined : sites.get(siteId)?.timeZone);
  const step = (row: Runaway) => {
    if (row.endedAt !== null) return <span className="t2">{row.releasedBy ? t('held.released', { name: row.releasedBy.name }) : t('held.let-go')}</span>;
    if (row.releasedBy) return <span className="t2">{t('held.releasing')}</span>;
    return mayRelease && <Button onClick={() => setAsking(row)} aria-label={t('held.release.of', { name: nameOf(row) })}>{t('held.release')}</Button>;
  };
  const columns: Column<Runaway>[] = [
    { key: 'device', title: t('held.device'), cell: (row) => <><b className="strong">{nameOf(row)}</b> <span className="t2">{siteWords(row.site)}</span></> },
    { key: 'held', title: t('held.count'), align: 'end', width: 120, cell: (row) => row.held },
    { key: 'rate', title: t('held.per-minute'), align: 'end', width: 92, cell: (row) => row.perMinute },
    { key: 'rule', title: t('held.rule'), isSpare: true, cell: ({ rule }) => `${rule.name} (${t('held.rule.version', { number: rule.number, n: rule.n })})` },
    { key: 'since', title: t('held.since'), align: 'end', width: 160, cell: (row) => <TwoTimes at={row.since} siteZone={zoneOf(row)} layout="stack" /> },
    { key: 'last', title: t('held.last'), align: 'end', width: 160, isSpare: true, cell: (row) => <TwoTimes at={row.lastAt} siteZone={zoneOf(row)} layout="stack" /> },
    { key: 'step', title: t('held.release'), hidesTitle: true, align: 'end', width: 190, cell: step },
  ];
  return (
    <>
      <DataTable label={t('held.list.runaway')} columns={columns} rows={held} idOf={({ id }) => id} nameOf={nameOf} onOpen={(row) => (mayRelease && row.endedAt === null && row.releasedBy === null ? setAsking(row) : go(`/watch/rules/${row.rule.id}`))} more={more} isReadingMore={isReadingMore} phone={(row) => ({ title: nameOf(row), second: `${siteWords(row.site)} · ${row.held} · ${row.perMinute}/min`, right: step(row) })} />
      {asking && <ReleaseDialog held={asking} onClose={() => setAsking(null)} />}
    </>
  );
}

function ReleaseDialog({ held, onClose }: { held: Runaway; onClose: () => void }) {
  const releasing = useSend('alarms', releaseRunaway);
  const name = nameOf(held);
  const send = async (reason: string): Promise<void> => {
    await releasing.send({ id: held.id, reason });
    announce(t('held.release.done', { name }));
    onClose();
  };
  return <ReasonDialog title={t('held.release.of', { name })} act={t('held.release')} isBusy={releasing.isBusy} problem={releasing.problem} onSend={send} onClose={onClose}><p>{t('held.release.what')}</p></ReasonDialog>;
}
