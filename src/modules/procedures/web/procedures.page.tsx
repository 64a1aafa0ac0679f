import { useState } from 'react';
import { useGo } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { one, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { State, Tag } from '#ui/tag.tsx';
import { listProcedures, type ProcedureHead } from '../contract.ts';
import { ImportDialog } from './import-dialog.tsx';
import { t } from './messages.en.ts';

const STATES = ['all', 'active', 'not-active'] as const;
const VIEW = viewOf({ state: one(STATES) });

const stateOf = ({ active, latest }: ProcedureHead) => (
  <span className="row">
    <State fill={active === null ? 'empty' : 'full'}>{active === null ? t('procedures.draft') : t('procedures.in-force', { n: active })}</State>
    {active !== null && latest > active && <Tag>{t('procedures.draft.newer')}</Tag>}
  </span>
);

const COLUMNS: readonly Column<ProcedureHead>[] = [
  { key: 'title', title: t('procedures.what'), cell: ({ title }) => <b className="strong">{title}</b> },
  { key: 'types', title: t('procedures.types'), cell: ({ types }) => <span className="t2">{types.join(', ')}</span> },
  { key: 'steps', title: t('procedures.steps'), align: 'end', width: 84, cell: ({ steps }) => steps },
  { key: 'state', title: t('procedures.state'), width: 240, cell: stateOf },
  { key: 'runs', title: t('procedures.runs.90'), align: 'end', width: 140, cell: ({ runs }) => runs },
];

/** The organisation's procedures: which are in force, for which alarms. */
export default function ProceduresPage() {
  const [view, setView] = useView(VIEW);
  const [isImporting, setImporting] = useState(false);
  const go = useGo();
  const mayWrite = useMay('procedures:write');
  useWhere({ title: t('procedures.title') });
  const list = useRead('procedures', listProcedures, { state: view.state });
  return (
    <ListPage
      title={t('procedures.title')}
      actions={mayWrite && <Button onClick={() => setImporting(true)}>{t('procedures.import')}</Button>}
      filters={<FilterSelect label={t('procedures.state')} value={view.state} all="all" onValue={(state) => setView({ state: state as typeof view.state })} choices={STATES.map((value) => ({ value, title: t(`procedures.state.${value}`) }))} />}
      foot={list.state === 'ready' ? <ListFoot shown={list.data.items.length} total={list.data.items.length} tookMs={null} /> : null}
    >
      <Asked reading={list}>
        {({ items }) => items.length === 0 ? <Empty>{t('procedures.empty')}</Empty> : (
          <DataTable label={t('procedures.title')} columns={COLUMNS} rows={items} idOf={({ id }) => id} nameOf={({ title }) => title} onOpen={({ id }) => go(`/watch/procedures/${id}`)} phone={(row) => ({ title: row.title, second: row.types.join(', '), right: stateOf(row) })} />
        )}
      </Asked>
      {isImporting && <ImportDialog onClose={() => setImporting(false)} />}
    </ListPage>
  );
}
