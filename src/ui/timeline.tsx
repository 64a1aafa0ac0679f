import type { ReactNode } from 'react';
import { cx } from './class-names.ts';
import { TwoTimes } from './time.tsx';
import css from './timeline.module.css';

export type TimelineEntry = {
  key: string;
  at: string;
  title: ReactNode;
  text?: ReactNode;
  by?: ReactNode;
  /** Came later than it happened: both times are kept, and it says so. */
  late?: ReactNode;
  /** Struck, with its reason beside it. */
  struck?: ReactNode;
  isNow?: boolean;
  /** A button at the end of the line. */
  action?: ReactNode;
};

type TimelineProps = { entries: readonly TimelineEntry[]; siteZone?: string; label: string; seconds?: boolean };

/** What happened, in order: each with its time in the site's zone, who, and what. */
export const Timeline = ({ entries, siteZone, label, seconds = false }: TimelineProps) => (
  <ol className={css.line} aria-label={label}>
    {entries.map((entry) => (
      <li key={entry.key} className={cx(css.entry, entry.isNow && css.now)}>
        <div className={css.time}><TwoTimes at={entry.at} siteZone={siteZone} seconds={seconds} layout="stack" /></div>
        <div className={css.what}>
          <div className={cx(entry.struck !== undefined && css.struck)}><span className="strong">{entry.title}</span>{entry.text && <div className={css.text}>{entry.text}</div>}</div>
          {entry.struck}
          {entry.late && <div className={css.late}>{entry.late}</div>}
        </div>
        {(entry.by || entry.action) && <div className={css.by}>{entry.by}{entry.action}</div>}
      </li>
    ))}
  </ol>
);
