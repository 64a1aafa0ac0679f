import { useState } from 'react';
import { putOnTest } from '#modules/alarms/held-contract.ts';
import { serverNow } from '#platform/web/live.ts';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, FilledIn, TextField } from '#ui/field.tsx';
import { TwoTimes } from '#ui/time.tsx';
import type { Visit, WorkOrderDetail } from '../contract.ts';
import { t } from './messages.en.ts';

/** Puts the devices of a work order in maintenance for as long as a visit is planned: they do not ring, what is vital does. */
export function TestForVisitDialog({ order, visit, onClose }: { order: WorkOrderDetail; visit: Visit; onClose: () => void }) {
  const sending = useSend('alarms', putOnTest);
  const [reason, setReason] = useState(`${order.number}: ${visit.who}`);
  const [done, setDone] = useState<readonly string[]>([]);
  const isLater = Date.parse(visit.plannedFrom) > serverNow().getTime();
  const submit = async (): Promise<void> => {
    if (reason.trim().length < 3) return;
    // One after the other, so that what was put stays put where a later one is refused.
    for (const { id } of order.devices.filter((device) => !done.includes(device.id))) {
      await sending.send({ mode: 'maintenance', place: { scope: 'device', deviceId: id }, beginsAt: isLater ? visit.plannedFrom : null, endsAt: visit.plannedUntil, ownerId: null, reason: reason.trim() });
      setDone((before) => [...before, id]);
    }
    announce(t('workorders.visit.tested'));
    onClose();
  };
  return (
    <Dialog title={t('workorders.visit.test')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={sending.isBusy}>{t('workorders.visit.test')}</Button><Button onClick={onClose}>{t('workorders.cancel')}</Button></>}>
      <FaultSummary faults={sending.problem?.errors ?? []} detail={sending.problem?.detail} />
      <p className="t2">{t('workorders.visit.test.what')}</p>
      <FilledIn label={t('workorders.device')} value={order.devices.map(({ name }) => name).join(', ')} />
      <p><TwoTimes at={visit.plannedFrom} siteZone={order.timeZone ?? undefined} /> <span className="t2">{t('workorders.retest.until')}</span> <TwoTimes at={visit.plannedUntil} siteZone={order.timeZone ?? undefined} /></p>
      <TextField label={t('workorders.reason')} value={reason} onValue={setReason} error={reason.trim().length < 3 ? t('workorders.reason.missing') : undefined} autoComplete="off" />
    </Dialog>
  );
}
