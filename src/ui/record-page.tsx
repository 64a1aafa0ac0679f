import type { ReactNode } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { cx } from './class-names.ts';
import css from './record-page.module.css';
import { type Tab, TabBar, TabBody } from './tabs.tsx';

type RecordPageProps = {
  number: string;
  title: string;
  /** Priority, state, what else stands beside the number. */
  state?: ReactNode;
  /** A figure or two at the right, before the actions. */
  figures?: ReactNode;
  /** At most one filled button: the next action. */
  actions?: ReactNode;
  /** The wall's edge over a walled record. */
  wall?: ReactNode;
  tabs?: { all: readonly Tab[]; current: string; onTab: (key: string) => void; label: string; end?: ReactNode };
  /** The body, where there are no tabs. */
  children?: ReactNode;
  /** Thread, tasks, files, timeline. */
  side?: ReactNode;
  /** Addresses of the records before and after in the list that the reader came from: `[` and `]`. */
  neighbours?: { before?: string; after?: string; words: { before: string; after: string } };
};

/** A record: wall edge; number, state, title, next action; tabs; its own body; the side. */
export function RecordPage({ number, title, state, figures, actions, wall, tabs, children, side, neighbours }: RecordPageProps) {
  const go = useGo();
  useCommands([
    ...(neighbours?.before ? [{ key: '[', title: neighbours.words.before, isKeyOnly: true, run: () => go(neighbours.before ?? '') }] : []),
    ...(neighbours?.after ? [{ key: ']', title: neighbours.words.after, isKeyOnly: true, run: () => go(neighbours.after ?? '') }] : []),
  ]);
  return (
    <article className={css.page}>
      {wall}
      <header className={cx(css.head, !tabs && css.bare)}>
        <div className={css.top}>
          <div className={css.name}>
            <div className={css.state}>
              <span className="mono t2">{number}</span>
              {state}
            </div>
            <h1 className="title">{title}</h1>
          </div>
          <span className="space" />
          {figures && <div className={css.figures}>{figures}</div>}
          <div className={css.actions}>{actions}</div>
        </div>
        {tabs && <TabBar tabs={tabs.all} current={tabs.current} onTab={tabs.onTab} label={tabs.label} hasKeys end={tabs.end} />}
      </header>
      <div className={cx(css.rest, side ? css.withSide : null)}>
        {tabs ? <TabBody tabs={tabs.all} current={tabs.current} className={css.body} /> : <div className={css.body}>{children}</div>}
        {side && <aside className={cx('panel', css.side)}>{side}</aside>}
      </div>
    </article>
  );
}

/** A figure with its word below, for the head of a record. */
export const Figure = ({ figure, word }: { figure: ReactNode; word: string }) => (
  <div className={css.figure}>
    <b className="figure">{figure}</b>
    <span className="t2 small">{word}</span>
  </div>
);

/** A panel with its head: what a body is made of. */
export const Panel = ({ title, note, actions, children, className }: { title: string; note?: ReactNode; actions?: ReactNode; children: ReactNode; className?: string | undefined }) => (
  <section className={cx('panel', css.panel, className)} aria-label={title}>
    <div className="panel-head">
      <h2>{title}</h2>
      {note && <span className="t3 small">{note}</span>}
      <span className="space" />
      {actions}
    </div>
    {children}
  </section>
);
