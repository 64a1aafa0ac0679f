import { spokenLanguage } from '#platform/web/messages.ts';
import { useRead } from '#platform/web/query.ts';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { listRefusals } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './signals.module.css';

type Refusal = { day: string; kind: string; count: number };

const keyOf = (row: Refusal): string => `${row.day} ${row.kind}`;
const kindWords = (kind: string): string => kind.replaceAll('-', ' ').replace(/^./, (first) => first.toUpperCase()).replace(/\bcrc\b/i, 'CRC');

/** What receivers refused or dropped, by day and kind. */
export function Refusals() {
  const reading = useRead('signals', listRefusals, {}, { everyMs: 30_000 });
  const columns: Column<Refusal>[] = [
    { key: 'day', title: t('signals.refusals.day'), width: 140, cell: (row) => row.day },
    { key: 'kind', title: t('signals.refusals.kind'), cell: (row) => kindWords(row.kind) },
    { key: 'count', title: t('signals.refusals.count'), align: 'end', width: 100, cell: (row) => row.count.toLocaleString(spokenLanguage()) },
  ];
  return (
    <>
      <p className={`t2 ${css.intro}`}>{t('signals.refusals.what')}</p>
      <Asked reading={reading}>
        {({ items }) => (items.length === 0 ? <Empty>{t('signals.refusals.none')}</Empty> : <DataTable label={t('signals.refusals')} columns={columns} rows={items} idOf={keyOf} nameOf={keyOf} onOpen={() => undefined} phone={(row) => ({ title: kindWords(row.kind), second: row.day, right: row.count.toLocaleString(spokenLanguage()) })} />)}
      </Asked>
    </>
  );
}
