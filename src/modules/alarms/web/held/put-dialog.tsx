import { useState } from 'react';
import { serverNow } from '#platform/web/live.ts';
import { useSend } from '#platform/web/query.ts';
import { readersZone } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { CheckField, ChoiceGroup } from '#ui/field.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import type { Option } from '#ui/picker.tsx';
import { DevicePicker } from '#modules/devices/web/public.tsx';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { SitePicker, useSites } from '#modules/signals/web/public.tsx';
import { putOnTest } from '../../held-contract.ts';
import { t } from './messages.en.ts';
import { ReasonDialog } from './reason-dialog.tsx';

type PutDialogProps = { /** Offered first, where it was begun at an alarm. */ point: { sourceId: string; point: string; name: string } | null; onClose: () => void };
const LENGTHS = ['1', '4', '8', 'until'] as const;

/** Puts a site, a device or the point of an alarm on test or in maintenance, until an end. */
export default function PutDialog({ point, onClose }: PutDialogProps) {
  const sending = useSend('alarms', putOnTest);
  const sites = useSites();
  const [scope, setScope] = useState<string>(point ? 'point' : 'site');
  const [site, setSite] = useState<Option | null>(null);
  const [device, setDevice] = useState<Option | null>(null);
  const [mode, setMode] = useState('test');
  const [length, setLength] = useState('1');
  const [isLater, setLater] = useState(false);
  const [begin, setBegin] = useState<string | null>(null);
  const [end, setEnd] = useState<string | null>(null);
  const [owner, setOwner] = useState<Option | null>(null);
  const [isTried, setTried] = useState(false);
  const zone = (site && sites.get(site.value)?.timeZone) ?? readersZone();
  const place = scope === 'point' && point ? { scope: 'point' as const, sourceId: point.sourceId, point: point.point } : scope === 'device' ? device && { scope: 'device' as const, deviceId: device.value } : site && { scope: 'site' as const, siteId: site.value };
  const send = (reason: string): Promise<void> | null => {
    setTried(true);
    const from = isLater ? begin : serverNow().toISOString();
    const endsAt = length === 'until' ? end : from === null ? null : new Date(Date.parse(from) + Number(length) * 3_600_000).toISOString();
    if (!place || from === null || endsAt === null) return null;
    return sending.send({ mode: mode as 'test' | 'maintenance', place, beginsAt: isLater ? from : null, endsAt, ownerId: owner?.value ?? null, reason }).then(({ name, state }) => (announce(t(isLater && state === 'planned' ? 'held.form.planned' : 'held.form.done', { name })), onClose()));
  };
  const missing = isTried && !place ? t('held.form.place.missing') : undefined;
  return (
    <ReasonDialog title={t('held.put')} act={t('held.put')} isBusy={sending.isBusy} problem={sending.problem} onSend={send} onClose={onClose}>
      <p className="t2">{t('held.note.test')}</p>
      <ChoiceGroup label={t('held.form.scope')} value={scope} onValue={setScope} choices={[...(point ? [{ value: 'point', title: t('held.form.point', { name: point.name }) }] : []), { value: 'site', title: t('held.form.scope.site') }, { value: 'device', title: t('held.form.scope.device') }]} />
      {scope === 'site' && <SitePicker label={t('held.form.site')} value={site} onValue={setSite} error={sending.problem?.of('/place/siteId') ?? missing} />}
      {scope === 'device' && <DevicePicker label={t('held.form.device')} value={device} onValue={setDevice} error={sending.problem?.of('/place/deviceId') ?? missing} />}
      <ChoiceGroup label={t('held.form.mode')} value={mode} onValue={setMode} choices={(['test', 'maintenance'] as const).map((value) => ({ value, title: t(`held.mode.${value}`) }))} />
      <CheckField label={t('held.form.later')} isOn={isLater} onValue={setLater} />
      {isLater && <MomentField label={t('held.begins')} value={begin} onValue={setBegin} timeZone={zone} meaning="future" error={sending.problem?.of('/beginsAt') ?? (isTried && begin === null ? t('held.ends.missing') : undefined)} />}
      <ChoiceGroup label={t('held.form.length')} value={length} onValue={setLength} choices={LENGTHS.map((value) => ({ value, title: t(value === 'until' ? 'held.form.until' : `held.form.h${value}`) }))} />
      {length === 'until' && <MomentField label={t('held.ends')} value={end} onValue={setEnd} timeZone={zone} meaning="future" error={sending.problem?.of('/endsAt') ?? (isTried && end === null ? t('held.ends.missing') : undefined)} />}
      <PersonPicker label={t('held.form.owner')} value={owner} onValue={setOwner} isOptional error={sending.problem?.of('/ownerId')} />
    </ReasonDialog>
  );
}
