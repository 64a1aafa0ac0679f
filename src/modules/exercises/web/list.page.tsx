import { useCommands } from '#platform/web/commands.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { useList } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { flag, one, useView, type View, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type Exercise, listExercises } from '../contract.ts';
import { STATES } from '../rules.ts';
import { t } from './messages.en.ts';
import { PlanDialog } from './plan-dialogs.tsx';
import { ExerciseState, MarkTag } from './words.tsx';

const VIEW = viewOf({ state: one(['any', 'open', ...STATES]), new: flag() });
type ListView = View<typeof VIEW>;

const COLUMNS: readonly Column<Exercise>[] = [
  { key: 'number', title: t('exercises.number'), width: 140, cell: (row) => <span className="mono t2 nowrap">{row.number}</span> },
  { key: 'title', title: t('exercises.name'), cell: (row) => <span className="row"><MarkTag /><b className="strong cut">{row.title}</b></span> },
  { key: 'kind', title: t('exercises.kind'), width: 120, cell: (row) => t(`exercises.kind.${row.kind}`) },
  { key: 'state', title: t('exercises.state'), width: 170, cell: (row) => <ExerciseState {...row} /> },
  { key: 'planned', title: t('exercises.planned'), width: 230, cell: (row) => <TwoTimes at={row.plannedFor} siteZone={row.timeZone ?? undefined} /> },
  { key: 'role', title: t('exercises.mine'), width: 120, isSpare: true, cell: (row) => (row.myRole ? t(`exercises.role.${row.myRole}`) : '') },
  { key: 'site', title: t('exercises.site'), width: 160, isSpare: true, cell: (row) => <span className="t2 cut">{row.site ?? ''}</span> },
];

/** All exercises that I may see; the address is the view. */
export default function ExercisesPage() {
  const [view, setView] = useView(VIEW);
  const go = useGo();
  const mayPlan = useMay('exercises:plan');
  useWhere({ title: t('exercises.title') });
  useCommands(mayPlan ? [{ key: 'C', title: t('exercises.new'), run: () => setView({ new: true }) }] : []);
  const list = useList('exercises', listExercises, { state: view.state === 'any' ? undefined : view.state });
  return (
    <>
      <ListPage
        title={t('exercises.title')} actions={mayPlan && <Button look="filled" keyCap="C" onClick={() => setView({ new: true })}>{t('exercises.new')}</Button>}
        filters={<FilterSelect label={t('exercises.state')} value={view.state} all="any" onValue={(value) => setView({ state: value as ListView['state'] })} choices={(['any', 'open', ...STATES] as const).map((value) => ({ value, title: t(`exercises.state.${value}`) }))} />}
        foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={list.total} tookMs={list.tookMs} /> : null}
      >
        <Asked reading={list}>{(rows) => (rows.length === 0 ? (
          view.state === 'any' ? <Empty>{t('exercises.empty')}</Empty> : <Empty action={<Button onClick={() => setView({ state: 'any' })}>{t('exercises.clear')}</Button>}>{t('exercises.none')}</Empty>
        ) : (
          <DataTable
            label={t('exercises.title')} columns={COLUMNS} rows={rows} idOf={({ id }) => id} nameOf={({ number }) => number} onOpen={({ id }) => go(`/exercises/${id}`)} more={list.more} isReadingMore={list.isReadingMore}
            phone={(row) => ({ title: row.title, second: [row.number, t(`exercises.kind.${row.kind}`), row.site].filter(Boolean).join(' · '), right: <ExerciseState {...row} />, left: <MarkTag /> })}
          />
        ))}</Asked>
      </ListPage>
      {view.new && mayPlan && <PlanDialog exercise={null} onClose={() => setView({ new: false })} onDone={({ id }) => go(`/exercises/${id}`)} />}
    </>
  );
}
