import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { TasksOf } from '#modules/tasks/web/public.tsx';
import { Thread } from '#platform/thread/web/public.tsx';
import { useCommands } from '#platform/web/commands.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { useWhere } from '#platform/web/where.ts';
import { announce, say } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Panel, RecordPage } from '#ui/record-page.tsx';
import { SimulatedTag } from '#ui/simulated.tsx';
import { AskedRecord } from '#ui/states.tsx';
import { arriveVisit, closeWorkOrder, leaveVisit, readWorkOrder, startWork, type Visit, type WorkOrderDetail } from '../contract.ts';
import { mayFrom, nextVerb, PERMISSION, type Verb } from '../rules.ts';
import { t } from './messages.en.ts';
import { AssignDialog, ChangeDialog, DecideDialog, ExemptDialog, FixDialog, PartDialog, RetestDialog, VisitDialog, WhyDialog } from './order-dialogs.tsx';
import { OrderFacts, Parts, Retests, Visits } from './order-panels.tsx';
import { TestForVisitDialog } from './test-for-visit.tsx';
import { OrderPriority, OrderState } from './words.tsx';
import css from './workorders.module.css';

const KEYS: Partial<Record<Verb, string>> = { assign: 'A', start: 'S', pause: 'P', fix: 'F', retest: 'R', close: 'X', change: 'E', visit: 'V' };
const VERBS: readonly Verb[] = ['assign', 'start', 'fix', 'retest', 'close', 'visit', 'pause', 'reopen', 'change', 'cancel'];

type Open = { does: Exclude<Verb, 'start'> | 'part' | 'decide' } | { does: 'strike-visit' | 'strike-part'; rowId: string; name: string };

export default function OrderPage() {
  const { id = '' } = useParams({ strict: false });
  const reading = useRead('workorders', readWorkOrder, { id });
  return <AskedRecord title={t('workorders.one')} reading={reading}>{(order) => <TheOrder key={order.id} order={order} />}</AskedRecord>;
}

function useMays() {
  const rights: Record<string, boolean> = { 'workorders:raise': useMay('workorders:raise'), 'workorders:assign': useMay('workorders:assign'), 'workorders:perform': useMay('workorders:perform'), 'workorders:retest': useMay('workorders:retest') };
  return (permission: string): boolean => rights[permission] === true;
}

/** What is done without a question; what is refused is said, and the page reads anew. */
function useAtOnce(order: WorkOrderDetail) {
  const sends = { start: useSend('workorders', startWork), close: useSend('workorders', closeWorkOrder), arrive: useSend('workorders', arriveVisit), leave: useSend('workorders', leaveVisit) };
  const run = (sending: Promise<WorkOrderDetail>): void => void sending.then((after) => announce(t('workorders.saved', { number: after.number, state: t(`workorders.state.${after.state}`) }))).catch((error: unknown) => say((error as Error).message));
  return {
    problem: [sends.start, sends.close, sends.arrive, sends.leave].map(({ problem }) => problem).find((problem) => problem !== null) ?? null,
    start: () => run(sends.start.send({ id: order.id }, { ifMatch: order.version })), close: () => run(sends.close.send({ id: order.id }, { ifMatch: order.version })),
    arrive: (rowId: string) => run(sends.arrive.send({ id: order.id, rowId })), leave: (rowId: string) => run(sends.leave.send({ id: order.id, rowId })),
  };
}

function TheOrder({ order }: { order: WorkOrderDetail }) {
  const [open, setOpen] = useState<Open | null>(null);
  const [testing, setTesting] = useState<Visit | null>(null);
  const may = useMays();
  const mayTest = useMay('alarms:site-on-test');
  const maySeeTasks = useMay('tasks:read');
  const atOnce = useAtOnce(order);
  const zone = order.timeZone ?? undefined;
  useWhere({ title: order.number, ...(order.site && order.timeZone && { site: { name: order.site, timeZone: order.timeZone } }) });
  const start = (verb: Verb): void => {
    if (verb === 'start') atOnce.start();
    else if (verb === 'close' && order.state === 'tested') atOnce.close();
    else setOpen({ does: verb });
  };
  const verbs = VERBS.filter((verb) => mayFrom(verb, order.state) && may(PERMISSION[verb]));
  const next = nextVerb(order.state, may);
  const print = (): void => void window.open(`/api/workorders/${order.id}/report.pdf`, '_blank', 'noopener');
  useCommands([...verbs.map((verb) => ({ ...(KEYS[verb] && { key: KEYS[verb] }), title: t(`workorders.verb.${verb}`), run: () => start(verb) })), { title: t('workorders.print'), run: print }]);
  const hasEnded = order.state === 'closed' || order.state === 'cancelled';
  return (
    <RecordPage
      number={order.number} title={order.title} state={<>{order.isSimulated && <SimulatedTag />}<OrderPriority {...order} /><OrderState {...order} /></>}
      actions={<>
        <Button onClick={print}>{t('workorders.print')}</Button>
        {verbs.filter((verb) => verb !== next).map((verb) => <Button key={verb} {...(KEYS[verb] && { keyCap: KEYS[verb] })} onClick={() => start(verb)}>{t(`workorders.verb.${verb}`)}</Button>)}
        {next && <Button look="filled" {...(KEYS[next] && { keyCap: KEYS[next] })} onClick={() => start(next)}>{t(`workorders.verb.${next}`)}</Button>}
      </>}
    >
      {atOnce.problem && <p role="alert" className="panel"><span className={css.pad}>{atOnce.problem.detail}</span></p>}
      <div className={css.two}>
        <Panel title={t('workorders.facts')}><div className={css.pad}><OrderFacts order={order} /></div></Panel>
        <Retests order={order} actions={order.state === 'retesting' && may('workorders:retest') && <Button onClick={() => setOpen({ does: 'decide' })}>{t('workorders.retest.decide')}</Button>} />
        <Visits order={order} may={{ perform: may('workorders:perform'), assign: may('workorders:assign') }} does={{ arrive: atOnce.arrive, leave: atOnce.leave, strike: ({ id, who }) => setOpen({ does: 'strike-visit', rowId: id, name: who }), test: mayTest && !hasEnded && order.devices.length > 0 ? setTesting : null }} />
        <Parts order={order} actions={order.state !== 'cancelled' && may('workorders:perform') && <Button onClick={() => setOpen({ does: 'part' })}>{t('workorders.part.add')}</Button>} onStrike={may('workorders:perform') ? ({ id, name }) => setOpen({ does: 'strike-part', rowId: id, name }) : null} />
      </div>
      <Thread topic="workorders" recordId={order.id} siteZone={zone} tasks={maySeeTasks && <Panel title={t('workorders.tasks')}><TasksOf recordId={order.id} siteZone={zone} mayAdd={!hasEnded} /></Panel>} />
      {testing && <TestForVisitDialog order={order} visit={testing} onClose={() => setTesting(null)} />}
      {open && <Asking open={open} order={order} onClose={() => setOpen(null)} />}
    </RecordPage>
  );
}

const DIALOGS = { change: ChangeDialog, assign: AssignDialog, visit: VisitDialog, fix: FixDialog, retest: RetestDialog, close: ExemptDialog, part: PartDialog, decide: DecideDialog };

function Asking({ open, order, onClose }: { open: Open; order: WorkOrderDetail; onClose: () => void }) {
  if ('rowId' in open) return <WhyDialog order={order} why={{ of: open.does === 'strike-visit' ? 'visit' : 'part', rowId: open.rowId, name: open.name }} onClose={onClose} />;
  if (open.does === 'pause' || open.does === 'reopen' || open.does === 'cancel') return <WhyDialog order={order} why={{ of: open.does }} onClose={onClose} />;
  const Part = DIALOGS[open.does];
  return <Part order={order} onClose={onClose} />;
}
