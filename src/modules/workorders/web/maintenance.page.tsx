import { useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useList } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { one, text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { useNow } from '#ui/clock.ts';
import { RecordPage } from '#ui/record-page.tsx';
import { listPlans, type Plan, type Round } from '../plan-contract.ts';
import { Calendar } from './calendar.tsx';
import { FiguresTab } from './figures-tab.tsx';
import { t } from './messages.en.ts';
import { ChangePlanDialog, CompleteDialog, PlanDialog, PostponeDialog, StopDialog } from './plan-dialogs.tsx';
import { PlanList } from './plan-list.tsx';

const VIEW = viewOf({ tab: one(['calendar', 'plans', 'figures']), month: text() });

type Open = { does: 'new' } | { does: 'complete' | 'postpone'; round: Round } | { does: 'change' | 'stop'; plan: Plan };

/** The preventive calendar, the plans that bring it, and the figures of maintenance. */
export default function MaintenancePage() {
  const [view, setView] = useView(VIEW);
  const [open, setOpen] = useState<Open | null>(null);
  const now = useNow();
  const mayPlan = useMay('workorders:plan');
  const plans = useList('workorders', listPlans, { limit: 100 }, { isOn: view.tab === 'plans' });
  useWhere({ title: t('workorders.plans.title') });
  useCommands(mayPlan ? [{ key: 'C', title: t('workorders.plans.new'), run: () => setOpen({ does: 'new' }) }] : []);
  const month = /^\d{4}-\d{2}$/.test(view.month ?? '') ? (view.month ?? '') : now.toISOString().slice(0, 7);
  const tabs = [
    { key: 'calendar', title: t('workorders.plans.tab.calendar'), body: <Calendar month={month} onMonth={(next) => setView({ month: next })} onComplete={(round) => setOpen({ does: 'complete', round })} onPostpone={(round) => setOpen({ does: 'postpone', round })} /> },
    { key: 'plans', title: t('workorders.plans.tab.plans'), body: <PlanList list={plans} does={mayPlan ? { change: (plan) => setOpen({ does: 'change', plan }), stop: (plan) => setOpen({ does: 'stop', plan }) } : null} /> },
    { key: 'figures', title: t('workorders.plans.tab.figures'), body: <FiguresTab /> },
  ];
  const close = (): void => setOpen(null);
  return (
    <>
      <RecordPage
        number="" title={t('workorders.plans.title')} actions={mayPlan && <Button look="filled" keyCap="C" onClick={() => setOpen({ does: 'new' })}>{t('workorders.plans.new')}</Button>}
        tabs={{ all: tabs, current: view.tab, onTab: (key) => setView({ tab: key as typeof view.tab }), label: t('workorders.plans.tabs') }}
      />
      {open?.does === 'new' && <PlanDialog onClose={close} />}
      {open?.does === 'complete' && <CompleteDialog round={open.round} onClose={close} />}
      {open?.does === 'postpone' && <PostponeDialog round={open.round} onClose={close} />}
      {open?.does === 'change' && <ChangePlanDialog plan={open.plan} onClose={close} />}
      {open?.does === 'stop' && <StopDialog plan={open.plan} onClose={close} />}
    </>
  );
}
