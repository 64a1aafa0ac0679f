import type { ReactNode } from 'react';
import { useKeys } from '#platform/web/keys.ts';
import { decimal } from '#platform/web/messages.ts';
import { IconButton } from './button.tsx';
import { cx } from './class-names.ts';
import { KeyCap } from './key-cap.tsx';
import css from './list-page.module.css';
import { t } from './messages.en.ts';

type ListPageProps = {
  title: string;
  /** Saved views or totals beside the title. */
  views?: ReactNode;
  /** The one filled button and what stands beside it. */
  actions?: ReactNode;
  /** `Chip`s and what adds one. The URL that they make is shown at the right. */
  filters?: ReactNode;
  children: ReactNode;
  /** The peek pane; closed while null. */
  peek?: { name: string; body: ReactNode; onClose: () => void } | null;
  /** Count, time taken, totals: `ListFoot`. */
  foot?: ReactNode;
  /** The floating bar while rows are selected: `PickedBar`. */
  picked?: ReactNode;
};

/** A list: title, views, the next action; filters and the URL they make; the table; a peek pane; a foot. */
export function ListPage({ title, views, actions, filters, children, peek, foot, picked }: ListPageProps) {
  return (
    <div className={cx(css.page, peek && css.withPeek)}>
      <header className={css.head}>
        <h1 className="title">{title}</h1>
        <div className={css.views}>{views}</div>
        <span className="space" />
        {actions}
      </header>
      {filters && (
        <div className={css.filters}>
          {filters}
          <span className="space" />
          <span className={cx('mono', 't3', 'desk-only', 'cut', css.url)} aria-hidden="true">{location.pathname + location.search}</span>
        </div>
      )}
      <div className={css.table}>{children}</div>
      {peek && <Peek {...peek} />}
      {foot && <footer className={css.foot}>{foot}</footer>}
      {picked}
    </div>
  );
}

function Peek({ name, body, onClose }: { name: string; body: ReactNode; onClose: () => void }) {
  useKeys({ Escape: onClose });
  return (
    <aside className={cx('panel', css.peek)} aria-label={`${t('ui.list.peek')}: ${name}`}>
      <div className="panel-head">
        <span className="mono t2 cut">{name}</span>
        <span className="space" />
        <KeyCap k="Space" />
        <IconButton icon="close" label={t('ui.dialog.close')} onClick={onClose} />
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      <div className={css.peekBody} tabIndex={0}>{body}</div>
    </aside>
  );
}

type ListFootProps = { shown: number; total: number | null; tookMs: number | null; children?: ReactNode };

/** How many rows, out of how many that the reader may see, and how long it took. */
export const ListFoot = ({ shown, total, tookMs, children }: ListFootProps) => (
  <>
    <b>{total === null || total === shown ? t('ui.list.rows', { n: shown }) : t('ui.list.rows-of', { shown, total })}</b>
    {tookMs !== null && <span className="t3">{t('ui.list.took', { s: decimal(tookMs / 1_000, 2) })}</span>}
    <span className="space" />
    {children}
  </>
);

type ChipProps = { name: string; value: string; onRemove: () => void };

/** A filter in force: its name, its value, and how to take it off. */
export const Chip = ({ name, value, onRemove }: ChipProps) => (
  <span className={css.chip}>
    <span className="t2">{name}</span>
    <b>{value}</b>
    <IconButton className={css.off} icon="close" label={t('ui.chip.remove', { name })} onClick={onRemove} />
  </span>
);

type PickedBarProps = { count: number; onClear: () => void; children: ReactNode };

/** What can be done with the selected rows together; Escape lets them go. */
export function PickedBar({ count, onClear, children }: PickedBarProps) {
  useKeys({ Escape: onClear }, { isOn: count > 0 });
  if (count === 0) return null;
  return (
    <div className={css.picked} role="toolbar" aria-label={t('ui.list.picked', { n: count })}>
      <b>{t('ui.list.picked', { n: count })}</b>
      <i aria-hidden="true" />
      {children}
      <i aria-hidden="true" />
      <IconButton icon="close" label={t('ui.list.unpick')} onClick={onClear} />
      <KeyCap k="Escape" />
    </div>
  );
}
