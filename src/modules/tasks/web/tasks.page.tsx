import { useList } from '#platform/web/query.ts';
import { RecordLink, useGo, useRecordAddress } from '#platform/web/navigation.tsx';
import { one, text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { listMyTasks, type Task } from '../contract.ts';
import { Due } from './due.tsx';
import { Comes } from './repeats.tsx';
import { t } from './messages.en.ts';
import { TaskActions } from './task-actions.tsx';

const STATES = ['open', 'done', 'dropped'] as const;
const VIEW = viewOf({ state: one(STATES), peek: text() });
const recordWords = (task: Task): string => [task.record.number, task.record.title].filter(Boolean).join(' ');

const COLUMNS: readonly Column<Task>[] = [
  { key: 'what', title: t('tasks.what'), cell: (task) => <b className="strong">{task.title}</b> },
  { key: 'record', title: t('tasks.record'), cell: (task) => <RecordLink kind={task.record.kind} id={task.record.id}>{recordWords(task)}</RecordLink> },
  { key: 'due', title: t('tasks.due'), width: 220, cell: (task) => <Due task={task} /> },
  { key: 'do', title: t('tasks.complete'), hidesTitle: true, align: 'end', width: 252, cell: (task) => <TaskActions task={task} /> },
];

export default function MyTasksPage() {
  const [view, setView] = useView(VIEW);
  const go = useGo();
  const addressOf = useRecordAddress();
  useWhere({ title: t('tasks.mine') });
  const list = useList('tasks', listMyTasks, { state: view.state });
  const peeked = list.data?.find((task) => task.id === view.peek);
  const state = t(`tasks.state.${view.state}`);
  return (
    <ListPage
      title={t('tasks.mine')}
      filters={<FilterSelect label={t('tasks.state')} value={view.state} all="open" onValue={(value) => setView({ state: value as typeof view.state })} choices={STATES.map((value) => ({ value, title: t(`tasks.state.${value}`) }))} />}
      foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={null} tookMs={list.tookMs} /> : null}
      peek={peeked ? { name: recordWords(peeked), onClose: () => setView({ peek: undefined }), body: <><h2 className="head">{peeked.title}</h2>{peeked.detail && <p>{peeked.detail}</p>}<Due task={peeked} /><Comes task={peeked} />{peeked.outcome && <p className="t2">{peeked.outcome}</p>}<TaskActions task={peeked} /></> } : null}
    >
      <Asked reading={list}>
        {(tasks) => tasks.length === 0 ? <Empty>{view.state === 'open' ? t('tasks.mine.empty') : t('tasks.mine.none', { state })}</Empty> : (
          <DataTable
            label={t('tasks.mine')} columns={COLUMNS} rows={tasks} idOf={(task) => task.id} nameOf={(task) => task.title} onOpen={(task) => { const address = addressOf(task.record.kind, task.record.id); if (address) go(address); }}
            peeked={view.peek} onPeek={(task) => setView({ peek: task?.id })} more={list.more} isReadingMore={list.isReadingMore}
            phone={(task) => ({ title: task.title, second: recordWords(task), right: <Due task={task} /> })}
          />
        )}
      </Asked>
    </ListPage>
  );
}
