import { useState } from 'react';
import { useRead } from '#platform/web/query.ts';
import { text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { ListPage } from '#ui/list-page.tsx';
import { type Priority, PriorityShape } from '#ui/priority.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { listRationales, type RationaleRow } from '../../rationale-contract.ts';
import { EntryDialog } from './entry-dialog.tsx';
import { EntryForm } from './entry-form.tsx';
import { SuppressDialog } from './suppress-dialog.tsx';
import { t } from './messages.en.ts';

const VIEW = viewOf({ type: text() });

/** Which types of alarms ring, with the entry of each in the register and what stands against it. */
export default function RegisterPage() {
  const [view, setView] = useView(VIEW);
  const [doing, setDoing] = useState<'write' | 'suppress' | null>(null);
  const reading = useRead('alarms', listRationales, {});
  useWhere({ title: t('register.title') });
  const row = reading.data?.items.find(({ type }) => type === view.type);
  const close = (): void => {
    setDoing(null);
    setView({ type: undefined });
  };
  return (
    <>
      <ListPage title={t('register.title')} actions={<Button onClick={() => location.assign('/api/alarms/rationales/register.csv')}>{t('register.csv')}</Button>} filters={<span className="t2 small">{t('register.why')}</span>}>
        <Asked reading={reading}>{({ items, days }) => (items.length === 0 ? <Empty>{t('register.empty', { days })}</Empty> : <Table rows={items} days={days} onOpen={({ type }) => setView({ type })} />)}</Asked>
      </ListPage>
      {row && doing === null && <EntryDialog row={row} mayWrite={reading.data?.mayWrite === true} onWrite={() => setDoing('write')} onSuppress={() => setDoing('suppress')} onClose={close} />}
      {row && doing === 'write' && <EntryForm row={row} onClose={() => setDoing(null)} />}
      {row && doing === 'suppress' && <SuppressDialog row={row} onClose={() => setDoing(null)} />}
    </>
  );
}

const entryWords = ({ entry, draft }: RationaleRow): string => t(entry && draft ? 'register.entry.both' : entry ? 'register.entry.approved' : draft ? 'register.entry.draft' : 'register.entry.none');

function Table({ rows, days, onOpen }: { rows: readonly RationaleRow[]; days: number; onOpen: (row: RationaleRow) => void }) {
  const flags = ({ flags: all, suppressions }: RationaleRow) => <span className="row">{suppressions.length > 0 && <Tag look="p2">{t('register.suppressed')}</Tag>}{all.map((flag) => <Tag key={flag} look={flag === 'missing' || flag === 'mostly-false' ? 'p2' : 'line'}>{t(`register.flag.${flag}`)}</Tag>)}</span>;
  const columns: Column<RationaleRow>[] = [
    { key: 'rings', title: t('register.rings'), width: 96, cell: ({ rings }) => <PriorityShape priority={rings as Priority} label={t('register.priority', { n: rings })} /> },
    { key: 'type', title: t('register.type'), cell: ({ title }) => <b className="strong">{title}</b> },
    { key: 'entry', title: t('register.entry'), width: 168, cell: entryWords },
    { key: 'rang', title: t('register.rang', { days }), width: 168, align: 'end', cell: ({ raised }) => raised },
    { key: 'false', title: t('register.false'), width: 112, align: 'end', cell: ({ counted, countedFalse }) => (counted === 0 ? '' : t('register.false.of', { false: countedFalse, counted })) },
    { key: 'flags', title: t('register.flags'), cell: flags },
  ];
  return <DataTable label={t('register.title')} columns={columns} rows={rows} idOf={({ type }) => type} nameOf={({ title }) => title} onOpen={onOpen} more={null} isReadingMore={false} phone={(row) => ({ title: row.title, second: entryWords(row), right: String(row.raised) })} />;
}
