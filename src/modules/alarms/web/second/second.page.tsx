import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useRead } from '#platform/web/query.ts';
import { flag, text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Board } from '#ui/board.tsx';
import { Button } from '#ui/button.tsx';
import { CheckField } from '#ui/field.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { useSite } from '#modules/signals/web/public.tsx';
import { type AlarmDetail, getAlarm } from '../../contract.ts';
import { Detail } from '../detail.tsx';
import { t } from '../messages.en.ts';
import { DutyKeys } from '../shifts/duty-bar.tsx';
import { SignalsPane } from '../signals-pane.tsx';
import { useAlarmKeys } from '../use-alarm-keys.ts';
import { useHandling } from '../use-handling.ts';
import { followSelected, keepPlace } from './channel.ts';

const Dialogs = lazy(() => import('../dialogs.tsx'));
const VIEW = viewOf({ alarm: text(), stays: flag() });

/** The alarm that the queue in the first window has chosen, for a second screen: no rail, no queue, the same keys. */
export default function SecondPage() {
  const [view, setView] = useView(VIEW);
  const id = view.alarm ?? null;
  useWhere({ title: t('watch.second.title') });
  useEffect(() => (view.stays ? undefined : followSelected((alarm) => setView({ alarm }))), [view.stays, setView]);
  useEffect(() => {
    addEventListener('pagehide', keepPlace);
    return () => removeEventListener('pagehide', keepPlace);
  }, []);
  const follow = (): void => setView({ stays: !view.stays });
  useCommands([{ key: 'V', title: t('watch.second.key.follow'), run: follow }]);
  const foot = (
    <>
      <CheckField label={t('watch.second.follows')} isOn={!view.stays} onValue={follow} />
      <span className="space" />
      <Button onClick={() => window.close()}>{t('watch.second.close')}</Button>
    </>
  );
  if (id === null) return <Board title={t('watch.second.title')} columns="minmax(0, 1fr)" foot={foot} panes={[{ key: 'alarm', title: t('watch.alarm'), body: <Empty>{t('watch.second.none')}</Empty> }]} />;
  return <Shown key={id} id={id} foot={foot} />;
}

function Shown({ id, foot }: { id: string; foot: ReactNode }) {
  const reading = useRead('alarms', getAlarm, { id });
  const alarm: AlarmDetail | undefined = reading.data;
  const site = useSite(alarm?.siteId ?? null);
  const handling = useHandling();
  const [isMuting, setMuting] = useState(false);
  useAlarmKeys(alarm ?? null, handling, () => setMuting(true));
  return (
    <>
      <Board
        title={t('watch.second.title')}
        columns="minmax(0, 1fr) minmax(320px, 420px)"
        foot={foot}
        panes={[
          { key: 'alarm', title: t('watch.alarm'), body: <Asked reading={reading}>{(read) => <Detail alarm={read} signals={read.signals} rule={read.rule} siteZone={site?.timeZone} handling={handling} level={2} />}</Asked> },
          { key: 'signals', title: t('watch.signals'), body: alarm && <SignalsPane alarm={alarm} siteZone={site?.timeZone} /> },
        ]}
      />
      <DutyKeys about={alarm ?? null} />
      <Suspense fallback={null}>{(handling.asking || isMuting) && <Dialogs asking={handling.asking} onAnswered={handling.answered} isMuting={isMuting} onMuted={() => setMuting(false)} />}</Suspense>
    </>
  );
}
