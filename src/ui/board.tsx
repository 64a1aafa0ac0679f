import { type ReactNode, useState } from 'react';
import css from './board.module.css';
import { cx } from './class-names.ts';
import { t } from './messages.en.ts';

export type Pane = { key: string; title: string; body: ReactNode };

type BoardProps = {
  /** The page's heading, for readers; the eye has it in the top bar. */
  title: string;
  /** Two or three: what waits, where it is, what to do. */
  panes: readonly Pane[];
  /** Widths of the panes, as a CSS grid writes columns. */
  columns: string;
  /** Load and keys. */
  foot?: ReactNode;
  /** The pane that a phone shows; without it the board keeps that itself. */
  current?: string;
  onPane?: (key: string) => void;
};

/** A board that fills the window: panes side by side, and a foot. On a phone one pane at a time. */
export function Board({ title, panes, columns, foot, current, onPane }: BoardProps) {
  const [own, setOwn] = useState(panes[0]?.key);
  const shown = current ?? own;
  const show = (key: string): void => {
    setOwn(key);
    onPane?.(key);
  };
  return (
    <div className={css.board} style={{ '--columns': columns } as Record<string, string>}>
      <h1 className="unseen">{title}</h1>
      <nav className={cx(css.chooser, 'phone-only')} aria-label={t('ui.board.panes')}>
        {panes.map((pane) => (
          <button key={pane.key} type="button" aria-pressed={pane.key === shown} onClick={() => show(pane.key)}>{pane.title}</button>
        ))}
      </nav>
      {panes.map((pane) => (
        <section key={pane.key} className={cx('panel', css.pane, pane.key === shown && css.shown)} aria-label={pane.title}>
          {pane.body}
        </section>
      ))}
      {foot && <footer className={cx('panel', css.foot)}>{foot}</footer>}
    </div>
  );
}
