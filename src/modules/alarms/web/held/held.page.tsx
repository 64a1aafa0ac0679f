import { lazy, Suspense, useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useMay } from '#platform/web/session.tsx';
import { one, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { ListPage } from '#ui/list-page.tsx';
import { CutStrip } from '#ui/states.tsx';
import { TabBar, TabBody } from '#ui/tabs.tsx';
import { Folded, Shelved } from './alarms-tabs.tsx';
import { t } from './messages.en.ts';
import { RunawayTab } from './runaway-tab.tsx';
import { SignalsTab } from './signals-tab.tsx';
import { TestTab } from './test-tab.tsx';

const PutDialog = lazy(() => import('./put-dialog.tsx'));
const TABS = ['test', 'runaway', 'shelved', 'folded', 'signals'] as const;
const VIEW = viewOf({ tab: one(TABS), state: one(['now', 'before']) });

/** All that does not ring now, each with its end, its reason and who answers for it, so that nothing stays forgotten. */
export default function HeldPage() {
  const [view, setView] = useView(VIEW);
  const [isPutting, setPutting] = useState(false);
  const mayPut = useMay('alarms:site-on-test');
  useWhere({ title: t('held.title') });
  useCommands(mayPut ? [{ key: 'C', title: t('held.put'), run: () => setPutting(true) }] : []);
  const setState = (state: 'now' | 'before'): void => setView({ state });
  const tabs = [
    { key: 'test', title: t('held.tab.test'), body: <TestTab state={view.state} onState={setState} /> },
    { key: 'runaway', title: t('held.tab.runaway'), body: <RunawayTab state={view.state} onState={setState} /> },
    { key: 'shelved', title: t('held.tab.shelved'), body: <Shelved /> },
    { key: 'folded', title: t('held.tab.folded'), body: <Folded /> },
    { key: 'signals', title: t('held.tab.signals'), body: <SignalsTab /> },
  ];
  return (
    <>
      <ListPage title={t('held.title')} actions={mayPut && <Button look="filled" icon="add" onClick={() => setPutting(true)}>{t('held.put')}</Button>}>
        <CutStrip />
        <TabBar tabs={tabs} current={view.tab} onTab={(tab) => setView({ tab: tab as typeof view.tab, state: 'now' })} label={t('held.tabs')} hasKeys />
        <TabBody tabs={tabs} current={view.tab} />
      </ListPage>
      <Suspense fallback={null}>{isPutting && <PutDialog point={null} onClose={() => setPutting(false)} />}</Suspense>
    </>
  );
}
