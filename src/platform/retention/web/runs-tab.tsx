import { useList } from '#platform/web/query.ts';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { State, Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { listRuns, type Run } from '../contract.ts';
import { t } from './messages.en.ts';
import type { Peeking } from './retention.page.tsx';

const FILL = { looking: 'half', shown: 'empty', approved: 'half', running: 'half', done: 'full', refused: 'ended' } as const;

/** The state of a run in a word. */
export const RunState = ({ run }: { run: Pick<Run, 'state'> }) => (run.state === 'refused' ? <Tag look="p1" icon="warning">{t('retention.run.refused')}</Tag> : <State fill={FILL[run.state]}>{t(`retention.run.${run.state}`)}</State>);

const COLUMNS: readonly Column<Run>[] = [
  { key: 'classes', title: t('retention.what'), cell: (run) => <b className="strong">{run.classes.map((name) => name.replaceAll('-', ' ')).join(', ')}</b> },
  { key: 'when', title: t('retention.run.when'), width: 200, cell: (run) => <TwoTimes at={run.askedAt} /> },
  { key: 'by', title: t('retention.run.by'), width: 170, isSpare: true, cell: (run) => run.askedBy.name },
  { key: 'state', title: t('retention.run.state'), width: 140, cell: (run) => <RunState run={run} /> },
];

/** Dry runs and what came of them. */
export function RunsTab({ peeked, onPeek }: Peeking) {
  const list = useList('retention', listRuns, {});
  return (
    <Asked reading={list}>
      {(runs) => runs.length === 0 ? <Empty>{t('retention.runs.none')}</Empty> : (
        <DataTable
          label={t('retention.runs.list')} columns={COLUMNS} rows={runs} idOf={(run) => run.id} nameOf={(run) => run.classes.join(', ')} more={list.more} isReadingMore={list.isReadingMore} onOpen={(run) => onPeek(run.id)} peeked={peeked} onPeek={(run) => onPeek(run?.id)}
          phone={(run) => ({ title: run.classes.join(', '), second: <TwoTimes at={run.askedAt} />, right: <RunState run={run} /> })}
        />
      )}
    </Asked>
  );
}
