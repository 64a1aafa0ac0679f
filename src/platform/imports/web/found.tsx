import { type ReactNode, useState } from 'react';
import { useRead } from '#platform/web/query.ts';
import { RecordLink } from '#platform/web/navigation.tsx';
import { Button } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { FilterSelect } from '#ui/filter-select.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { type Counts, type Import, type ImportOutcome, listOutcomes } from '../contract.ts';
import css from './imports.module.css';
import { t } from './messages.en.ts';

const SORTS = ['refused', 'created', 'changed', 'unchanged'] as const;
type Sort = (typeof SORTS)[number];

/** What a dry run found or a run did: counts, rows with what to mend, and the file of what was refused. */
export function Found({ file, of, counts, children }: { file: Import; of: 'trial' | 'import'; counts: Counts; children?: ReactNode }) {
  const [does, setDoes] = useState<Sort>(SORTS.find((sort) => counts[sort] > 0) ?? 'refused');
  const [pages, setPages] = useState<readonly number[]>([0]);
  const show = (sort: string): void => (setDoes(sort as Sort), setPages([0]));
  return (
    <Panel title={t(of === 'trial' ? 'imports.found' : 'imports.came')} actions={<FilterSelect label={t('imports.show')} value={does} all="refused" onValue={show} choices={SORTS.map((value) => ({ value, title: t(`imports.show.${value}`) }))} />}>
      <div className={css.sum} role="status">
        <b>{t('imports.created', { n: counts.created })}</b>
        <b>{t('imports.changed', { n: counts.changed })}</b>
        <span className="t2">{t('imports.unchanged', { n: counts.unchanged })}</span>
        {counts.refused > 0 && <Tag look="p1" icon="warning">{t('imports.refused', { n: counts.refused })}</Tag>}
        <span className="space" />
        {counts.refused > 0 && <Button onClick={() => location.assign(`/api/imports/${file.id}/errors?of=${of}`)}>{t('imports.errors')}</Button>}
        {children}
      </div>
      {counts.refused > 0 && of === 'trial' && <p className={cx('t2', css.why)}>{t('imports.would.refused.why')}</p>}
      {does !== 'refused' && counts[does] > 200 && <p className={cx('t2', css.why)}>{t('imports.rows.first')}</p>}
      {counts[does] === 0 ? <Empty>{t('imports.rows.none', { what: t(`imports.show.${does}`) })}</Empty> : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
        <div className={css.frame} tabIndex={0} role="region" aria-label={t('imports.rows')}>
          {pages.map((after, at) => <Rows key={after} file={file} of={of} does={does} after={after} onMore={at === pages.length - 1 ? (next) => setPages([...pages, next]) : null} />)}
        </div>
      )}
    </Panel>
  );
}

type RowsProps = { file: Import; of: 'trial' | 'import'; does: Sort; after: number; onMore: ((next: number) => void) | null };

function Rows({ file, of, does, after, onMore }: RowsProps) {
  const reading = useRead('imports', listOutcomes, { id: file.id, of, does, after });
  return (
    <Asked reading={reading}>
      {({ items, next }) => (
        <>
          <table className={css.table}>
            <thead><tr><th scope="col">{t('imports.line')}</th><th scope="col">{t('imports.record')}</th>{does === 'refused' && <th scope="col">{t('imports.mend')}</th>}</tr></thead>
            <tbody>{items.map((row) => <Row key={row.n} row={row} kind={file.kind} />)}</tbody>
          </table>
          {next !== null && onMore && <Button look="quiet" onClick={() => onMore(next)}>{t('imports.more')}</Button>}
        </>
      )}
    </Asked>
  );
}

const Row = ({ row, kind }: { row: ImportOutcome; kind: string }) => (
  <tr>
    <td className="t3">{row.line}</td>
    <td className="strong">{row.recordId === null ? row.label : <RecordLink kind={kind} id={row.recordId}>{row.label}</RecordLink>}</td>
    {row.does === 'refused' && <td>{row.faults.map(({ column, value, detail }) => <div key={column + detail}>{column && <b className="mono t2">{column}</b>} {value && <span className="mono">{value}</span>} {detail}</div>)}</td>}
  </tr>
);
