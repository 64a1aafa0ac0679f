import { type CSSProperties, type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useRef } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { Button } from './button.tsx';
import { cx } from './class-names.ts';
import css from './data-table.module.css';
import { Icon } from './icon.tsx';
import { t } from './messages.en.ts';
import { useRowFocus } from './row-focus.ts';

/** A column. `sort` names the two words that the server sorts by: ascending and descending. */
export type Column<T> = {
  key: string;
  title: string;
  /** For a column of shapes: the title is for readers only. */
  hidesTitle?: boolean;
  cell: (row: T) => ReactNode;
  align?: 'end';
  width?: number;
  /** Left out where the list is narrower than 1200 px. */
  isSpare?: boolean;
  sort?: readonly [ascending: string, descending: string];
};

type DataTableProps<T> = {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  idOf: (row: T) => string;
  /** What a reader hears of a row, and what its checkbox selects. */
  nameOf: (row: T) => string;
  onOpen: (row: T) => void;
  /** The row shown in the peek pane, and how another gets there. Without them there is no peek. */
  peeked?: string | undefined;
  onPeek?: (row: T | null) => void;
  sort?: string;
  onSort?: (sort: string) => void;
  /** Rows selected for a common act, by id. Without `onPick` there are no checkboxes. */
  picked?: ReadonlySet<string>;
  onPick?: (picked: ReadonlySet<string>) => void;
  /** More rows from the server, where there are more. */
  more?: (() => void) | null;
  isReadingMore?: boolean;
  /** A row on a phone: title and second line at the left, state and figure at the right. */
  phone: (row: T) => { title: ReactNode; second: ReactNode; right?: ReactNode; left?: ReactNode };
  density?: 'tight' | 'normal';
};

/** A dense list. `J K` move, `Enter` opens, `Space` peeks, `X` selects, `Shift J/K` extend; the focus follows the record, not the row. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { label, columns, rows, idOf, nameOf, onOpen, peeked, onPeek, picked, onPick, more = null, isReadingMore = false, phone, density = 'normal' } = props;
  const ids = rows.map(idOf);
  const focus = useRowFocus(ids);
  const body = useRef<HTMLTableSectionElement>(null);
  const current = rows.find((row) => idOf(row) === focus.id);
  const move = (step: number, extends_: boolean): void => {
    const next = focus.move(step);
    if (extends_ && onPick && next !== null) onPick(new Set([...(picked ?? []), ...(focus.id === null ? [] : [focus.id]), next]));
    const row = rows.find((one) => idOf(one) === next);
    if (peeked !== undefined && row) onPeek?.(row);
    if (step > 0 && next === ids.at(-1)) more?.();
  };
  const toggle = (id: string): void => {
    const next = new Set(picked);
    if (!next.delete(id)) next.add(id);
    onPick?.(next);
  };
  useCommands([
    { key: 'J', title: t('ui.key.next'), isKeyOnly: true, run: () => move(1, false) },
    { key: 'K', title: t('ui.key.previous'), isKeyOnly: true, run: () => move(-1, false) },
    { key: 'Enter', title: t('ui.key.open'), isKeyOnly: true, run: () => current && onOpen(current) },
    ...(onPeek ? [{ key: 'Space', title: t('ui.key.peek'), isKeyOnly: true, run: () => onPeek(current && peeked !== idOf(current) ? current : null) }] : []),
    ...(onPick
      ? [
          { key: 'X', title: t('ui.key.pick'), isKeyOnly: true, run: () => focus.id !== null && toggle(focus.id) },
          { key: 'Shift+J', title: t('ui.key.pick'), isKeyOnly: true, run: () => move(1, true) },
          { key: 'Shift+K', title: t('ui.key.pick'), isKeyOnly: true, run: () => move(-1, true) },
        ]
      : []),
  ]);
  useEffect(() => {
    if (focus.movedBy === 'keys') body.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(focus.id ?? '')}"]`)?.focus();
  }, [focus.id, focus.movedBy]);
  const arrows = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    move(event.key === 'ArrowDown' ? 1 : -1, event.shiftKey);
  };
  const press = (event: MouseEvent, row: T): void => {
    if ((event.target as Element).closest('a, button, input, label')) return;
    focus.take(idOf(row));
    if (onPeek && matchMedia('(min-width: 701px)').matches) onPeek(row);
    else onOpen(row);
  };
  return (
    <div className={cx(css.frame, density === 'tight' && css.tight)}>
      <table className={css.table} style={leastWidths(columns)} aria-label={label} role="grid" aria-rowcount={more ? -1 : rows.length + 1}>
        <Head {...props} />
        <tbody ref={body} onKeyDown={arrows} onMouseOver={tellCut} onFocus={tellCut}>
          {rows.map((row, at) => {
            const id = idOf(row);
            const isPicked = picked?.has(id) ?? false;
            const small = phone(row);
            return (
              <tr key={id} data-row={id} tabIndex={id === focus.id || (focus.id === null && at === 0) ? 0 : -1} aria-rowindex={at + 2} aria-selected={isPicked || id === peeked} className={cx(isPicked && css.picked, id === peeked && css.peeked)} onFocus={() => focus.take(id)} onClick={(event) => press(event, row)} onDoubleClick={() => onOpen(row)}>
                {onPick && (
                  <td className={css.pick}>
                    <input type="checkbox" tabIndex={-1} checked={isPicked} onChange={() => toggle(id)} aria-label={t('ui.table.pick', { row: nameOf(row) })} />
                  </td>
                )}
                {columns.map((column) => (
                  <td key={column.key} className={cx(css.wide, column.align && css.end, column.isSpare && css.spare)}><div className={css.cell}>{column.cell(row)}</div></td>
                ))}
                <td className={css.narrow}>
                  <div className={css.card}>
                    {small.left}
                    <div className="cut"><b className={css.cardTitle}>{small.title}</b><span className="t2">{small.second}</span></div>
                    <div className={css.cardRight}>{small.right}</div>
                  </div>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {more && <Button className={css.more} look="quiet" onClick={more} isBusy={isReadingMore}>{isReadingMore ? t('ui.table.reading-more') : t('ui.table.more')}</Button>}
    </div>
  );
}

const LEAST_PX = 140;

/** Columns that give no width share what is left, but never less than can be read: then the table scrolls. */
function leastWidths<T>(columns: readonly Column<T>[]): CSSProperties {
  const sum = (some: readonly Column<T>[]): string => `${some.reduce((all, { width = LEAST_PX }) => all + width, 0)}px`;
  return { '--least': sum(columns.filter(({ isSpare }) => !isSpare)), '--least-all': sum(columns) } as CSSProperties;
}

/** A cell whose text is cut says the whole under the pointer, and shows it while its row has the keyboard's focus. */
function tellCut({ target }: { target: EventTarget }): void {
  for (const cell of (target as Element).closest('tr')?.querySelectorAll<HTMLElement>(`.${css.cell}`) ?? []) {
    const isCut = cell.scrollWidth > cell.clientWidth;
    cell.toggleAttribute('data-cut', isCut);
    if (isCut) cell.title = cell.innerText;
    else cell.removeAttribute('title');
  }
}

function Head<T>({ columns, rows, idOf, sort, onSort, picked, onPick, label }: DataTableProps<T>) {
  const isAll = rows.length > 0 && rows.every((row) => picked?.has(idOf(row)));
  return (
    <thead>
      <tr aria-rowindex={1}>
        {onPick && (
          <th className={css.pick} scope="col">
            <input type="checkbox" checked={isAll} ref={(box) => { if (box) box.indeterminate = !isAll && (picked?.size ?? 0) > 0; }} onChange={() => onPick(isAll ? new Set() : new Set(rows.map(idOf)))} aria-label={t('ui.table.pick', { row: label })} />
          </th>
        )}
        {columns.map((column) => {
          const direction = column.sort?.indexOf(sort ?? '') ?? -1;
          const sorted = direction === 0 ? 'ascending' : direction === 1 ? 'descending' : undefined;
          return (
            <th key={column.key} scope="col" aria-sort={sorted} className={cx(css.wide, column.align && css.end, column.isSpare && css.spare)} style={column.width ? { width: column.width } : undefined}>
              {column.sort && onSort ? (
                <button type="button" className={css.sort} onClick={() => onSort((column.sort as readonly string[])[direction === 1 ? 0 : 1] as string)}>
                  {column.title}
                  {sorted && <Icon name={sorted === 'ascending' ? 'up' : 'down'} size={13} />}
                </button>
              ) : (
                <span className={column.hidesTitle ? 'unseen' : undefined}>{column.title}</span>
              )}
            </th>
          );
        })}
        <th className={css.narrow} scope="col"><span className="unseen">{label}</span></th>
      </tr>
    </thead>
  );
}
