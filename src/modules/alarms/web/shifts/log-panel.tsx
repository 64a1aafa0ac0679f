import { lazy, Suspense, useState } from 'react';
import { RecordLink } from '#platform/web/navigation.tsx';
import { useList } from '#platform/web/query.ts';
import { useMay, useMe } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Timeline } from '#ui/timeline.tsx';
import { type LogLine, readLog, type ShiftDetail } from '../../shift-contract.ts';
import { t } from './messages.en.ts';
import css from './shifts.module.css';

const StrikeDialog = lazy(() => import('./end-dialog.tsx').then((file) => ({ default: file.StrikeDialog })));
const DONE = ['alarms.claimed', 'alarms.taken-over', 'alarms.released', 'alarms.acknowledged', 'alarms.returned', 'alarms.shelved', 'alarms.unshelved', 'alarms.closed', 'alarms.became-incident', 'alarms.escalated'] as const;

function titleOf({ words, verb }: LogLine): string {
  const done = DONE.find((one) => one === verb);
  return words ?? (done ? t(`shifts.done.${done}`) : (verb ?? ''));
}

/** The log of a shift, the latest first: what was written, what was done to alarms, what was not taken in time. */
export function LogPanel({ shift: { id } }: { shift: ShiftDetail }) {
  const list = useList('alarms', readLog, { id, limit: 50 });
  const me = useMe().personId;
  const [mayKeep, maySupervise] = [useMay('alarms:handover'), useMay('alarms:supervise')];
  const [striking, setStriking] = useState<LogLine | null>(null);
  const mayStrike = ({ kind, byId, struck }: LogLine): boolean => kind === 'written' && struck === null && mayKeep && (byId === me || maySupervise);
  const entryOf = (line: LogLine) => ({
    key: `${line.kind}${line.id}`, at: line.at, title: <span className={css.words}>{titleOf(line)}</span>, by: line.by,
    ...(line.about && { text: <RecordLink kind={line.about.kind} id={line.about.id}>{[line.about.number, line.about.title].filter(Boolean).join(' ')}</RecordLink> }),
    ...(line.struck && { struck: <p className="t2 small">{t('shifts.log.struck', { name: line.struck.by, why: line.struck.why })}</p> }),
    ...(mayStrike(line) && { action: <Button look="quiet" onClick={() => setStriking(line)}>{t('shifts.log.strike')}</Button> }),
  });
  return (
    <Panel title={t('shifts.log')}>
      <Asked reading={list}>{(lines) => (lines.length === 0 ? <Empty>{t('shifts.log.empty')}</Empty> : <div className={css.text}><Timeline label={t('shifts.log')} seconds entries={lines.map(entryOf)} /></div>)}</Asked>
      {list.more && <div className={css.more}><Button look="quiet" onClick={list.more} isBusy={list.isReadingMore}>{t('shifts.log.more')}</Button></div>}
      <Suspense fallback={null}>{striking && <StrikeDialog shiftId={id} line={striking} onClose={() => setStriking(null)} />}</Suspense>
    </Panel>
  );
}
