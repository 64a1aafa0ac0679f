import { useState } from 'react';
import { DevicePicker } from '#modules/devices/web/public.tsx';
import { SitePicker } from '#modules/sites/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, FilledIn, SelectField, TextArea, TextField } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import { raiseWorkOrder, type WorkOrderDetail } from '../contract.ts';
import { t } from './messages.en.ts';
import { CODE_CHOICES, PRIORITY_CHOICES } from './words.tsx';
import css from './workorders.module.css';

/** What is known already where it is raised from a record. */
export type From = { origin: 'fault' | 'alarm' | 'incident' | 'inspection'; fromId?: string; title?: string; siteId?: string | null; device?: { id: string; name: string } | null; faultCode?: string; priority?: number };

/** Raises a work order, by hand or from a record whose facts it takes. */
export function RaiseDialog({ from, onClose, onRaised }: { from: From; onClose: () => void; onRaised: (order: WorkOrderDetail) => void }) {
  const raising = useSend('workorders', raiseWorkOrder);
  const [title, setTitle] = useState(from.title ?? '');
  const [detail, setDetail] = useState('');
  const [site, setSite] = useState<Option | null>(null);
  const [device, setDevice] = useState<Option | null>(null);
  const [code, setCode] = useState(from.faultCode ?? '');
  const [priority, setPriority] = useState(String(from.priority ?? 3));
  const [isTried, setTried] = useState(false);
  const { problem } = raising;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (title.trim() === '') return;
    const deviceIds = from.device ? [from.device.id] : device ? [device.value] : [];
    const siteId = from.siteId === undefined ? site?.value : from.siteId;
    const order = await raising.send({ origin: from.origin, ...(from.fromId !== undefined && { fromId: from.fromId }), title: title.trim(), detail: detail.trim(), deviceIds, priority: Number(priority), ...(code !== '' && { faultCode: code }), ...(siteId !== undefined && { siteId }) });
    announce(t('workorders.raised', { number: order.number }));
    onRaised(order);
  };
  return (
    <Dialog title={t('workorders.new')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={raising.isBusy}>{t('workorders.raise')}</Button><Button onClick={onClose}>{t('workorders.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextField label={t('workorders.what')} value={title} onValue={setTitle} error={problem?.of('/title') ?? (isTried && title.trim() === '' ? t('workorders.what.missing') : undefined)} />
      {from.device ? <FilledIn label={t('workorders.device')} value={from.device.name} /> : from.origin === 'inspection' && <DevicePicker label={t('workorders.device')} isOptional value={device} onValue={setDevice} error={problem?.of('/deviceIds')} />}
      {from.siteId === undefined && from.origin === 'inspection' && device === null && <SitePicker label={t('workorders.site')} isOptional value={site} onValue={setSite} error={problem?.of('/siteId')} />}
      <div className={css.form}>
        <SelectField label={t('workorders.code')} isOptional value={code} onValue={setCode} placeholder="" choices={CODE_CHOICES} error={problem?.of('/faultCode')} />
        <SelectField label={t('workorders.priority')} value={priority} onValue={setPriority} choices={PRIORITY_CHOICES()} error={problem?.of('/priority')} />
      </div>
      <TextArea label={t('workorders.detail')} rows={3} isOptional value={detail} onValue={setDetail} error={problem?.of('/detail')} />
    </Dialog>
  );
}
