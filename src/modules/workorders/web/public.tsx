import { useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { RecordLink, useGo } from '#platform/web/navigation.tsx';
import { useList } from '#platform/web/query.ts';
import { readersZone, useMay } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { timeWords } from '#ui/times.ts';
import { wallAt } from '#ui/zone.ts';
import { listWorkOrders, type WorkOrder } from '../contract.ts';
import { ENDED, suggestedCode } from '../rules.ts';
import { t } from './messages.en.ts';
import { type From, RaiseDialog } from './raise-dialog.tsx';
import { OrderPriority, OrderState } from './words.tsx';
import css from './workorders.module.css';

const LATEST = 8;

/** Raises a work order from a record, and goes to it. */
function RaiseButton({ from, keyCap }: { from: From; keyCap?: string }) {
  const [isRaising, setRaising] = useState(false);
  const go = useGo();
  const mayRaise = useMay('workorders:raise');
  useCommands(mayRaise && keyCap !== undefined ? [{ key: keyCap, title: t('workorders.raise'), run: () => setRaising(true) }] : []);
  if (!mayRaise) return null;
  return (
    <>
      <Button {...(keyCap !== undefined && { keyCap })} onClick={() => setRaising(true)}>{t('workorders.raise')}</Button>
      {isRaising && <RaiseDialog from={from} onClose={() => setRaising(false)} onRaised={({ id }) => go(`/watch/work-orders/${id}`)} />}
    </>
  );
}

/** The work orders of a device, open ones first. */
export function WorkOfDevice({ device }: { device: { id: string; name: string; siteId: string | null; timeZone: string | null; state: string } }) {
  const mayRead = useMay('workorders:read');
  const list = useList('workorders', listWorkOrders, { deviceId: device.id, sort: '-raised', limit: LATEST }, { isOn: mayRead });
  if (!mayRead) return null;
  return (
    <Panel title={t('workorders.of-device')} actions={device.state === 'active' && <RaiseButton from={{ origin: 'fault', device, siteId: device.siteId }} />}>
      <div className={css.pad}>
        <Asked reading={list}>{(orders) => (orders.length === 0 ? <Empty>{t('workorders.of-device.none')}</Empty> : (
          <ul className={css.list}>
            {orders.toSorted((a, b) => Number(ENDED.includes(a.state)) - Number(ENDED.includes(b.state))).slice(0, LATEST).map((order) => (
              <li key={order.id}><OrderPriority {...order} /><span className={css.words}><RecordLink kind="workorders.workorder" id={order.id}>{order.title}</RecordLink> <span className="mono t2 nowrap">{order.number}</span></span><OrderState {...order} /><TwoTimes at={order.raisedAt} siteZone={device.timeZone ?? undefined} /></li>
            ))}
          </ul>
        ))}</Asked>
      </div>
    </Panel>
  );
}

/** From an incident that is open and walled from nobody: work that it calls for. */
export function WorkOfIncident({ incident }: { incident: { id: string; title: string; siteId: string | null } }) {
  if (!useMay('workorders:raise')) return null;
  return (
    <Panel title={t('workorders.of-incident')} actions={<RaiseButton from={{ origin: 'incident', fromId: incident.id, title: incident.title, siteId: incident.siteId }} />}>
      <div className={css.pad}><p className="t2">{t('workorders.of-incident.what')}</p></div>
    </Panel>
  );
}

type OfAlarm = { id: string; title: string; type: string; siteId: string | null };

/** What is worked on the device of an alarm, whether somebody is there, and the key `M` to raise work from the alarm. */
export function WorkOnAlarm({ alarm, device, siteZone, Part, className }: { alarm: OfAlarm; device: { id: string; name: string } | null; siteZone: string | undefined; Part: 'h2' | 'h3'; className?: string | undefined }) {
  const mayRead = useMay('workorders:read');
  const list = useList('workorders', listWorkOrders, { deviceId: device?.id, state: 'open', limit: LATEST }, { isOn: mayRead && device !== null });
  if (!mayRead) return null;
  const orders = device === null ? [] : (list.data ?? []);
  return (
    <section className={className} aria-label={t('workorders.of-alarm')}>
      <Part className="label">{t('workorders.of-alarm')}</Part>
      {orders.length > 0 && <ul className={css.list}>{orders.map((order) => <li key={order.id}><RecordLink kind="workorders.workorder" id={order.id}>{order.number}</RecordLink><span className="cut">{order.title}</span><OrderState {...order} /><Presence order={order} siteZone={siteZone} /></li>)}</ul>}
      {orders.length === 0 && list.state !== 'waiting' && device !== null && <p className="t2 small">{t('workorders.of-alarm.none')}</p>}
      <p><RaiseButton key={alarm.id} keyCap="M" from={{ origin: 'alarm', fromId: alarm.id, title: alarm.title, siteId: alarm.siteId, device, faultCode: suggestedCode(alarm.type), priority: 3 }} /></p>
    </section>
  );
}

/** Who is on site until when, or comes when: by the clock of the site. */
function Presence({ order: { visit }, siteZone }: { order: WorkOrder; siteZone: string | undefined }) {
  if (visit === null) return null;
  const clock = (at: string): string => timeWords(wallAt(new Date(at), siteZone ?? readersZone()));
  return <b className="small">{visit.arrivedAt === null ? t('workorders.of-alarm.comes', { from: clock(visit.plannedFrom), until: clock(visit.plannedUntil), who: visit.who }) : t('workorders.of-alarm.on-site', { time: clock(visit.plannedUntil), who: visit.who })}</b>;
}
