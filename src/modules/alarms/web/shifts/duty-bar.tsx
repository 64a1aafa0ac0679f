import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { Link } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { useMay, useMe } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { useNow } from '#ui/clock.ts';
import { ageWords } from '#ui/times.ts';
import { type Duty, readDuty } from '../../shift-contract.ts';
import { t } from './messages.en.ts';
import css from './shifts.module.css';
import { type About, type DutyAsking, waitingFor } from './waiting.ts';

const DutyDialogs = lazy(() => import('./duty-dialogs.tsx'));

export const useDuty = () => useRead('alarms', readDuty, {});

/** The keys of duty, log and hand-over with their questions, wherever on the Watch; `about` is the alarm that is shown. */
export function useDutyKeys(about: About): { duty: Duty | undefined; ask: (asking: DutyAsking) => void; dialogs: ReactNode } {
  const { data: duty } = useDuty();
  const me = useMe().personId;
  const mayKeep = useMay('alarms:handover');
  const [asking, setAsking] = useState<DutyAsking | null>(null);
  const isOn = (duty?.mine ?? null) !== null;
  const waiting = waitingFor(duty, me);
  useCommands([
    { key: 'D', title: t('duty.key.begin'), run: () => setAsking(isOn ? 'leave' : 'begin') },
    { key: 'L', title: t('duty.key.log'), ...(isOn ? {} : { unavailable: t('duty.not-on') }), run: () => setAsking('entry') },
    { key: 'H', title: t('duty.key.answer'), ...(waiting ? {} : { unavailable: t('duty.no-hand-over') }), run: () => setAsking('answer') },
  ], { isOn: mayKeep && duty !== undefined });
  const dialogs = asking && duty && <Suspense fallback={null}><DutyDialogs asking={asking} duty={duty} me={me} about={about} onClose={() => setAsking(null)} /></Suspense>;
  return { duty, ask: setAsking, dialogs };
}

/** The keys alone, for pages that show no bar. */
export const DutyKeys = ({ about = null }: { about?: About }) => useDutyKeys(about).dialogs;

/** Who is on duty, whether I am, and a hand-over that waits for me. */
export function DutyBar({ about }: { about: About }) {
  const { duty, ask, dialogs } = useDutyKeys(about);
  const me = useMe().personId;
  const mayKeep = useMay('alarms:handover');
  const now = useNow();
  if (!duty) return null;
  const waiting = waitingFor(duty, me);
  return (
    <>
      {mayKeep && waiting && (
        <div className={css.waits}>
          <span className="strong">{t('duty.answer.waits', { name: waiting.from.name })}</span>
          <span className="space" />
          <Button keyCap="H" onClick={() => ask('answer')}>{t('duty.answer.read')}</Button>
        </div>
      )}
      <div className={css.bar} role="group" aria-label={t('duty.title')}>
        <Link to="/watch/shifts?state=open" title={duty.onDuty.map(({ name }) => name).join(', ')}>{duty.onDuty.length === 0 ? t('duty.nobody') : t('duty.now', { n: duty.onDuty.length })}</Link>
        {mayKeep && <span className="t2">{duty.mine ? t('duty.you', { time: ageWords(now.getTime() - Date.parse(duty.mine.beganAt)) }) : t('duty.off')}</span>}
        <span className="space" />
        {mayKeep && duty.mine && <Button look="quiet" keyCap="L" onClick={() => ask('entry')}>{t('duty.log')}</Button>}
        {mayKeep && <Button look={duty.mine ? 'quiet' : 'plain'} keyCap="D" onClick={() => ask(duty.mine ? 'leave' : 'begin')}>{t(duty.mine ? 'duty.leave' : 'duty.begin')}</Button>}
      </div>
      {dialogs}
    </>
  );
}
