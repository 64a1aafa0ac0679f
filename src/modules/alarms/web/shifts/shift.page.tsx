import { useParams } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { Link } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { useMay, useMe } from '#platform/web/session.tsx';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { Panel, RecordPage } from '#ui/record-page.tsx';
import { AskedRecord } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { getShift, type HandOver, type ShiftDetail } from '../../shift-contract.ts';
import { useDutyKeys } from './duty-bar.tsx';
import { LogPanel } from './log-panel.tsx';
import { t } from './messages.en.ts';
import css from './shifts.module.css';
import { watchedWords } from './shifts.page.tsx';
import { StandingView } from './standing-view.tsx';

const EndDialog = lazy(() => import('./end-dialog.tsx').then((file) => ({ default: file.EndDialog })));

/** One shift: its facts, how it was handed over, and its log. */
export default function ShiftPage() {
  const { id = '' } = useParams({ strict: false });
  const reading = useRead('alarms', getShift, { id });
  return <AskedRecord title={t('shifts.title')} reading={reading}>{(shift) => <Shown key={shift.id} shift={shift} />}</AskedRecord>;
}

function Shown({ shift }: { shift: ShiftDetail }) {
  const isMine = useMe().personId === shift.person.id;
  const maySupervise = useMay('alarms:supervise');
  const { ask, dialogs } = useDutyKeys(null);
  const [isEnding, setEnding] = useState(false);
  useWhere({ title: shift.number });
  const isOpen = shift.endedAt === null;
  return (
    <>
      <RecordPage
        number={shift.number} title={shift.person.name} state={<State fill={isOpen ? 'full' : 'ended'}>{shift.endedHow === null ? t('shifts.state.open') : t(`shifts.how.${shift.endedHow}`)}</State>}
        actions={
          <>
            {isOpen && isMine && <Button look="filled" keyCap="D" onClick={() => ask('leave')}>{t('duty.leave')}</Button>}
            {isOpen && isMine && <Button keyCap="L" onClick={() => ask('entry')}>{t('duty.entry.title')}</Button>}
            <Button icon="file" onClick={() => void window.open(`/api/alarms/shifts/${shift.id}/report.pdf`, '_blank', 'noopener')}>{t('shifts.print')}</Button>
            {isOpen && !isMine && maySupervise && <Button look="danger" onClick={() => setEnding(true)}>{t('shifts.end')}</Button>}
          </>
        }
      >
        <div className={css.body}>
          <Facts shift={shift} />
          {shift.handOvers.length > 0 && <Panel title={t('shifts.overs')}>{shift.handOvers.map((one) => <Handed key={one.id} handOver={one} />)}</Panel>}
          <LogPanel shift={shift} />
        </div>
      </RecordPage>
      {dialogs}
      <Suspense fallback={null}>{isEnding && <EndDialog shift={shift} onClose={() => setEnding(false)} />}</Suspense>
    </>
  );
}

function Facts({ shift }: { shift: ShiftDetail }) {
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t('shifts.watched'), watchedWords(shift)], [t('shifts.desk'), shift.desk], [t('shifts.reach'), shift.reach], [t('shifts.began'), <TwoTimes key="began" at={shift.beganAt} siteZone={undefined} />],
    [t('shifts.ended'), shift.endedAt && <span key="ended" className={css.line}><TwoTimes at={shift.endedAt} siteZone={undefined} /><span className="t2">{t('shifts.by', { name: shift.ender ?? '' })}</span></span>], [t('shifts.why'), shift.endedWhy],
  ];
  return (
    <Panel title={t('shifts.facts')}>
      <div className={css.text}><dl className="facts">{facts.map(([name, value]) => value && <Fact key={name} name={name} value={value} />)}</dl></div>
    </Panel>
  );
}

const Fact = ({ name, value }: { name: string; value: ReactNode }) => (
  <>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </>
);

const FILL = { proposed: 'half', accepted: 'full', refused: 'ended', withdrawn: 'ended', 'to-nobody': 'ended' } as const;

function Handed({ handOver }: { handOver: HandOver }) {
  const { state, decider, decidedAt, proposedAt, why, moved, returned, notes, checked, frozen, nextShiftId } = handOver;
  return (
    <div className={css.over} role="group" aria-label={t(`shifts.over.${state}`)}>
      <div className={css.line}>
        <State fill={FILL[state]}>{t(`shifts.over.${state}`)}</State>
        {decider && <span>{t('shifts.by', { name: decider })}</span>}
        <TwoTimes at={decidedAt ?? proposedAt} siteZone={undefined} />
        {moved !== null && moved > 0 && <span className="t2">{t('shifts.over.moved', { n: moved })}</span>}
        {returned !== null && returned > 0 && <span className="t2">{t('shifts.over.returned', { n: returned })}</span>}
        {nextShiftId && <Link to={`/watch/shifts/${nextShiftId}`}>{t('shifts.over.next')}</Link>}
      </div>
      {why && <p>{why}</p>}
      {notes && <p className={css.words}>{notes}</p>}
      {checked.length > 0 && <p className="small"><span className="t2">{t('shifts.over.checked')}:</span> {checked.map((key) => t(`duty.check.${key}`)).join(' · ')}</p>}
      <StandingView standing={frozen} />
    </div>
  );
}

