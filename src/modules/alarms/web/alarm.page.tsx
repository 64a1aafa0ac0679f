import { useParams } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { TasksOf } from '#modules/tasks/web/public.tsx';
import { HoldMark } from '#platform/retention/web/public.tsx';
import { Thread } from '#platform/thread/web/public.tsx';
import { useCommands } from '#platform/web/commands.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { LinkButton } from '#ui/button.tsx';
import { useMay } from '#platform/web/session.tsx';
import { Panel } from '#ui/record-page.tsx';
import { AskedRecord } from '#ui/states.tsx';
import { useSite } from '#modules/signals/web/public.tsx';
import { type AlarmDetail, getAlarm } from '../contract.ts';
import { Detail } from './detail.tsx';
import { t } from './messages.en.ts';
import { useOpenAlarms } from './open-alarms.ts';
import { DutyKeys } from './shifts/duty-bar.tsx';
import { SignalsPane } from './signals-pane.tsx';
import { useAlarmSound, useLater } from './sound-state.tsx';
import { useAlarmKeys } from './use-alarm-keys.ts';
import { useHandling } from './use-handling.ts';
import css from './watch.module.css';

const loadDialogs = () => import('./dialogs.tsx');
const Dialogs = lazy(loadDialogs);

/** One alarm as a page: what a link leads to, and what a phone shows. */
export default function AlarmPage() {
  const { id = '' } = useParams({ strict: false });
  const reading = useRead('alarms', getAlarm, { id });
  const open = useOpenAlarms();
  useAlarmSound(open.data ?? []);
  return <AskedRecord title={t('watch.alarm')} reading={reading}>{(alarm) => <Shown key={alarm.id} alarm={alarm} />}</AskedRecord>;
}

function Shown({ alarm }: { alarm: AlarmDetail }) {
  const site = useSite(alarm.siteId);
  const go = useGo();
  const handling = useHandling();
  const maySeeTasks = useMay('tasks:read');
  const [isMuting, setMuting] = useState(false);
  useWhere({ title: alarm.number, site });
  useLater(loadDialogs);
  useAlarmKeys(alarm, handling, () => setMuting(true));
  useCommands([{ key: 'Escape', title: t('watch.key.back'), isKeyOnly: true, run: () => go(`/watch?alarm=${alarm.id}`) }]);
  return (
    <>
      <article className={css.page}>
        <section className={`panel ${css.pane} ${css.detail}`} aria-label={t('watch.alarm')}>
          <Detail alarm={alarm} signals={alarm.signals} rule={alarm.rule} siteZone={site?.timeZone} handling={handling} level={1} end={<><HoldMark recordId={alarm.id} /><LinkButton look="quiet" icon="left" to={`/watch?alarm=${alarm.id}`}>{t('watch.queue')}</LinkButton></>} />
        </section>
        <section className={`panel ${css.pane}`} aria-label={t('watch.signals')}><SignalsPane alarm={alarm} siteZone={site?.timeZone} /></section>
        <section className={css.thread} aria-label={t('watch.thread')} tabIndex={0}>
          <Thread topic="alarms" recordId={alarm.id} siteZone={site?.timeZone} files="no-key" tasks={maySeeTasks && <Panel title={t('watch.tasks')}><TasksOf recordId={alarm.id} siteZone={site?.timeZone} /></Panel>} />
        </section>
      </article>
      <DutyKeys about={alarm} />
      <Suspense fallback={null}>{(handling.asking || isMuting) && <Dialogs asking={handling.asking} onAnswered={handling.answered} isMuting={isMuting} onMuted={() => setMuting(false)} />}</Suspense>
    </>
  );
}
