import { useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useMay } from '#platform/web/session.tsx';
import { one, text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { ListPage } from '#ui/list-page.tsx';
import { TabBar, TabBody } from '#ui/tabs.tsx';
import { HoldDetails, HoldsTab } from './holds-tab.tsx';
import { t } from './messages.en.ts';
import { PlaceDialog } from './place-dialog.tsx';
import css from './retention.module.css';
import { RunDetails } from './run-details.tsx';
import { RunsTab } from './runs-tab.tsx';
import { ScheduleDetails, SchedulesTab } from './schedules-tab.tsx';
import { StartDialog } from './start-dialog.tsx';

const VIEW = viewOf({ tab: one(['schedules', 'runs', 'holds']), peek: text() });
export type Peeking = { peeked: string | undefined; onPeek: (id: string | undefined) => void };

/** How long things are kept, what goes and went, and what is held. */
export default function RetentionPage() {
  const [view, setView] = useView(VIEW);
  const [asking, setAsking] = useState<'run' | 'hold' | null>(null);
  const mayRun = useMay('retention:run');
  const mayHold = useMay('retention:hold');
  useWhere({ title: t('retention.title') });
  useCommands([
    ...(mayRun ? [{ key: 'D', title: t('retention.run.start'), run: () => setAsking('run') }] : []),
    ...(mayHold ? [{ key: 'L', title: t('retention.hold.place'), run: () => setAsking('hold') }] : []),
  ]);
  const peeking: Peeking = { peeked: view.peek, onPeek: (peek) => setView({ peek }) };
  const tabs = [
    { key: 'schedules', title: t('retention.schedules'), body: <SchedulesTab {...peeking} /> },
    { key: 'runs', title: t('retention.runs'), body: <RunsTab {...peeking} /> },
    { key: 'holds', title: t('retention.holds'), body: <HoldsTab {...peeking} /> },
  ];
  const details = view.peek === undefined ? null : view.tab === 'schedules' ? <ScheduleDetails of={view.peek} /> : view.tab === 'runs' ? <RunDetails key={view.peek} id={view.peek} /> : <HoldDetails key={view.peek} id={view.peek} />;
  const actions = (
    <>
      {mayHold && <Button keyCap="L" look={view.tab === 'holds' ? 'filled' : 'plain'} onClick={() => setAsking('hold')}>{t('retention.hold.place')}</Button>}
      {mayRun && <Button keyCap="D" look={view.tab === 'holds' ? 'plain' : 'filled'} onClick={() => setAsking('run')}>{t('retention.run.start')}</Button>}
    </>
  );
  return (
    <>
      <ListPage title={t('retention.title')} actions={actions} peek={details && { name: t(`retention.${view.tab}`), onClose: () => setView({ peek: undefined }), body: details }}>
        <TabBar tabs={tabs} current={view.tab} onTab={(tab) => setView({ tab: tab as typeof view.tab, peek: undefined })} label={t('retention.tabs')} hasKeys />
        <TabBody tabs={tabs} current={view.tab} className={css.body} />
      </ListPage>
      {asking === 'run' && <StartDialog onClose={() => setAsking(null)} onStarted={(peek) => setView({ tab: 'runs', peek })} />}
      {asking === 'hold' && <PlaceDialog onClose={() => setAsking(null)} onPlaced={(peek) => setView({ tab: 'holds', peek })} />}
    </>
  );
}
