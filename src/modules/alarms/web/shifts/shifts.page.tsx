import { useGo } from '#platform/web/navigation.tsx';
import { useList } from '#platform/web/query.ts';
import { one, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { listShifts, type Shift } from '../../shift-contract.ts';
import { siteWords } from '../words.ts';
import { DutyKeys } from './duty-bar.tsx';
import { t } from './messages.en.ts';

const STATES = ['all', 'open', 'ended'] as const;
const VIEW = viewOf({ state: one(STATES) });

/** Who is on duty, and the shifts that were. */
export default function ShiftsPage() {
  const [view, setView] = useView(VIEW);
  const go = useGo();
  const list = useList('alarms', listShifts, { state: view.state, limit: 100 });
  useWhere({ title: t('shifts.title') });
  return (
    <>
      <ListPage
        title={t('shifts.title')}
        filters={<FilterSelect label={t('shifts.state')} all="all" value={view.state} onValue={(state) => setView({ state: state as typeof view.state })} choices={STATES.map((value) => ({ value, title: t(`shifts.state.${value}`) }))} />}
        foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={null} tookMs={list.tookMs} /> : null}
      >
        <Asked reading={list}>
          {(shifts) => (shifts.length === 0 ? <Empty action={view.state !== 'all' && <Button onClick={() => setView({ state: 'all' })}>{t('shifts.none.clear')}</Button>}>{t(view.state === 'all' ? 'shifts.empty' : 'shifts.none')}</Empty> : <Table shifts={shifts} onOpen={({ id }) => go(`/watch/shifts/${id}`)} more={list.more} isReadingMore={list.isReadingMore} />)}
        </Asked>
      </ListPage>
      <DutyKeys />
    </>
  );
}

/** What is watched, in words. */
export const watchedWords = ({ siteId, site }: Pick<Shift, 'siteId' | 'site'>): string => (siteId === null ? t('shifts.everywhere') : (siteWords(site) ?? t('shifts.a-site')));

type TableProps = { shifts: readonly Shift[]; onOpen: (shift: Shift) => void; more: (() => void) | null; isReadingMore: boolean };

function Table({ shifts, onOpen, more, isReadingMore }: TableProps) {
  const state = ({ endedHow }: Shift) => <State fill={endedHow === null ? 'full' : 'ended'}>{endedHow === null ? t('shifts.state.open') : t(`shifts.how.${endedHow}`)}</State>;
  const columns: Column<Shift>[] = [
    { key: 'number', title: t('shifts.number'), width: 144, cell: ({ number }) => <span className="mono">{number}</span> },
    { key: 'person', title: t('shifts.person'), cell: ({ person }) => <b className="strong">{person.name}</b> },
    { key: 'watched', title: t('shifts.watched'), cell: watchedWords },
    { key: 'desk', title: t('shifts.desk'), width: 140, isSpare: true, cell: ({ desk }) => desk },
    { key: 'reach', title: t('shifts.reach'), width: 160, isSpare: true, cell: ({ reach }) => reach },
    { key: 'state', title: t('shifts.state'), width: 190, cell: state },
    { key: 'began', title: t('shifts.began'), width: 160, align: 'end', cell: ({ beganAt }) => <TwoTimes at={beganAt} layout="stack" /> },
    { key: 'ended', title: t('shifts.ended'), width: 160, align: 'end', cell: ({ endedAt }) => endedAt && <TwoTimes at={endedAt} layout="stack" /> },
  ];
  return <DataTable label={t('shifts.list')} columns={columns} rows={shifts} idOf={({ id }) => id} nameOf={({ number, person }) => `${number} ${person.name}`} onOpen={onOpen} more={more} isReadingMore={isReadingMore} phone={(shift) => ({ title: shift.person.name, second: `${shift.number} · ${watchedWords(shift)}`, right: state(shift) })} />;
}
