import { type ReactNode, useEffect, useState } from 'react';
import type { ProblemError } from '#platform/web/call.ts';
import type { Reading } from '#platform/web/query.ts';
import { useConnection } from '#platform/web/live.ts';
import { readersZone } from '#platform/web/session.tsx';
import { Button, LinkButton } from './button.tsx';
import { cx } from './class-names.ts';
import { Icon } from './icon.tsx';
import { t } from './messages.en.ts';
import css from './states.module.css';
import { timeWords } from './times.ts';
import { wallAt } from './zone.ts';

const clockTime = (at: Date): string => timeWords(wallAt(at, readersZone()));

/** Nothing is here: one line that says why, and one action. Good news stays grey. */
export const Empty = ({ children, action }: { children: ReactNode; action?: ReactNode }) => (
  <div className={css.state}>
    <p className="t2">{children}</p>
    {action}
  </div>
);

/** Whether so many milliseconds have gone by. */
function useAfter(ms: number): boolean {
  const [isPast, setPast] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setPast(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return isPast;
}

type WaitingProps = { rows?: number; rowHeight?: number; what?: string; onStop?: () => void };

/** Being read: nothing for 200 ms, then the shape of the rows, still; after 2 s what is being done. */
export function Waiting({ rows = 6, rowHeight = 37, what, onStop }: WaitingProps) {
  const isShown = useAfter(200);
  const isLong = useAfter(2_000);
  return (
    <div className={css.waiting} aria-busy="true">
      <span className="unseen" role="status">{isShown ? t('ui.waiting') : ''}</span>
      {isShown && Array.from({ length: rows }, (_, at) => <i key={at} className={css.shape} style={{ height: rowHeight - 9, width: `${92 - ((at * 17) % 38)}%` }} />)}
      {isLong && (
        <p className="t2 row">
          {what ? t('ui.waiting.long', { what }) : t('ui.waiting.long.plain')}
          {onStop && <Button onClick={onStop}>{t('ui.waiting.stop')}</Button>}
        </p>
      )}
    </div>
  );
}

type FailedProps = { problem: ProblemError; onAgain?: () => void; kept?: ReactNode };

/** Failed: what happened, what is kept, what to do, the request's number. */
export const Failed = ({ problem, onAgain, kept }: FailedProps) => (
  <div className={css.failed} role="alert">
    <Icon name="warning" />
    <div>
      <p className="strong">{problem.detail}</p>
      {kept && <p className="t2">{kept}</p>}
      {problem.instance && <p className="t2 small">{t('ui.failed.request', { id: problem.instance })}</p>}
      {onAgain && <Button className={css.again} onClick={onAgain}>{t('ui.failed.again')}</Button>}
    </div>
  </div>
);

type AskedProps<T> = { reading: Reading<T>; children: (data: T) => ReactNode; waiting?: ReactNode };

/** Draws a reading: its shape while it waits, why it failed, or the data; old data stays, dated, under the reason. */
export function Asked<T>({ reading, children, waiting = <Waiting /> }: AskedProps<T>) {
  if (reading.state === 'waiting') return waiting;
  if (reading.state === 'failed') return <Failed problem={reading.problem} onAgain={reading.again} />;
  return (
    <>
      {reading.problem && <Failed problem={reading.problem} onAgain={reading.again} kept={t('ui.failed.old', { time: clockTime(reading.readAt) })} />}
      {children(reading.data)}
    </>
  );
}

/** Draws the reading of a whole page's record: what is not there, or not for the reader, is the not-found page; where reading failed, `title` is the heading. */
export function AskedRecord<T>({ reading, children, waiting, title }: AskedProps<T> & { title: string }) {
  if (reading.state === 'failed' && reading.problem.status !== 404) return <><h1 className={cx('title', css.failedTitle)}>{title}</h1><Failed problem={reading.problem} onAgain={reading.again} /></>;
  if (reading.state !== 'failed') return <Asked reading={reading} waiting={<><h1 className="unseen">{title}</h1>{waiting ?? <Waiting what={title} />}</>}>{children}</Asked>;
  return (
    <div className={css.notFound}>
      <h1 className="title">{t('ui.not-found')}</h1>
      <p className="t2">{reading.problem.detail}</p>
      <LinkButton to="/">{t('ui.not-found.home')}</LinkButton>
    </div>
  );
}

/** The strip over a live pane while the connection is cut: reading goes on with the time of the data. */
export function CutStrip() {
  const connection = useConnection();
  if (connection.kind !== 'cut') return null;
  return (
    <div className={css.cut} role="status">
      <i className="hatch" aria-hidden="true" />
      <Icon name="cut" size={13} />
      {t('ui.cut', { time: clockTime(connection.since) })}
    </div>
  );
}
