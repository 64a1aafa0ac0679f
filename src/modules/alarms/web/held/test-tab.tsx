import { useState } from 'react';
import { useGo } from '#platform/web/navigation.tsx';
import { useList } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { useSites } from '#modules/signals/web/public.tsx';
import { siteWords } from '../words.ts';
import { listOnTest, type OnTest } from '../../held-contract.ts';
import { EndDialog } from './end-dialog.tsx';
import { ExtendDialog } from './extend-dialog.tsx';
import css from './held.module.css';
import { t } from './messages.en.ts';

export type TabState = { state: 'now' | 'before'; onState: (state: 'now' | 'before') => void };
export const PHASE = { planned: 'empty', 'under-way': 'full', over: 'ended' } as const;

/** What is planned, under way or over, with its end and who answers for it. */
export function TestTab({ state, onState }: TabState) {
  const list = useList('alarms', listOnTest, { state: state === 'now' ? 'current' : 'over', limit: 50 });
  return (
    <>
      <div className={css.head}>
        <FilterSelect label={t('held.state')} all="now" value={state} onValue={(next) => onState(next as typeof state)} choices={[{ value: 'now', title: t('held.state.current') }, { value: 'before', title: t('held.state.over') }]} />
        <span className="t2 small">{t('held.note.test')}</span>
      </div>
      <Asked reading={list}>{(tests) => (tests.length === 0 ? <Empty>{t(state === 'now' ? 'held.none.test' : 'held.none.over')}</Empty> : <Table tests={tests} more={list.more} isReadingMore={list.isReadingMore} />)}</Asked>
    </>
  );
}

function Table({ tests, more, isReadingMore }: { tests: readonly OnTest[]; more: (() => void) | null; isReadingMore: boolean }) {
  const go = useGo();
  const sites = useSites();
  const mayPut = useMay('alarms:site-on-test');
  const [asking, setAsking] = useState<{ verb: 'extend' | 'end'; test: OnTest } | null>(null);
  const zoneOf = ({ siteId }: OnTest) => (siteId === null ? undefined : sites.get(siteId)?.timeZone);
  const phase = (test: OnTest) => <State fill={PHASE[test.state]}>{t(`held.phase.${test.state}`)}</State>;
  const ends = (test: OnTest) => <TwoTimes at={test.holdsUntil ?? test.endedAt ?? test.endsAt} siteZone={zoneOf(test)} layout="stack" />;
  const columns: Column<OnTest>[] = [
    { key: 'place', title: t('held.place'), cell: (test) => <><b className="strong">{test.name}</b> {test.scope !== 'site' && <span className="t2">{siteWords(test.site)}</span>}</> },
    { key: 'mode', title: t('held.mode'), width: 120, cell: ({ mode }) => t(`held.mode.${mode}`) },
    { key: 'state', title: t('held.phase'), width: 120, cell: phase },
    { key: 'reason', title: t('held.reason'), cell: ({ reason }) => reason },
    { key: 'owner', title: t('held.owner'), width: 150, cell: ({ owner }) => owner.name },
    { key: 'held', title: t('held.count'), align: 'end', width: 116, isSpare: true, cell: ({ held }) => held },
    { key: 'rang', title: t('held.rang'), align: 'end', width: 92, isSpare: true, cell: ({ rang }) => rang },
    { key: 'ends', title: t('held.ends'), align: 'end', width: 160, cell: ends },
    { key: 'acts', title: t('held.end'), hidesTitle: true, align: 'end', width: 190, cell: (test) => mayPut && test.state !== 'over' && test.endedAt === null && <span className={css.acts}><Button onClick={() => setAsking({ verb: 'extend', test })}>{t('held.extend')}</Button><Button onClick={() => setAsking({ verb: 'end', test })}>{t('held.end')}</Button></span> },
  ];
  return (
    <>
      <DataTable label={t('held.list.test')} columns={columns} rows={tests} idOf={({ id }) => id} nameOf={({ name }) => name} onOpen={({ id }) => go(`/watch/held/${id}`)} more={more} isReadingMore={isReadingMore} phone={(test) => ({ title: test.name, second: `${t(`held.mode.${test.mode}`)} · ${test.owner.name} · ${test.reason}`, right: <>{phase(test)}{ends(test)}</> })} />
      {asking?.verb === 'extend' && <ExtendDialog test={asking.test} onClose={() => setAsking(null)} />}
      {asking?.verb === 'end' && <EndDialog test={asking.test} onClose={() => setAsking(null)} />}
    </>
  );
}
