import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { TextField } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import { SitePicker, useSite } from '#modules/signals/web/public.tsx';
import { beginShift, type Duty } from '../../shift-contract.ts';
import { Ask } from './ask.tsx';
import { t } from './messages.en.ts';

/** Goes on duty: what is watched, the desk, and how one is reached, as they were the last time. */
export function BeginDialog({ duty: { last }, onClose }: { duty: Duty; onClose: () => void }) {
  const sending = useSend('alarms', beginShift);
  const lastSite = useSite(last?.siteId ?? null);
  const [chosen, setSite] = useState<Option | null | undefined>(undefined);
  const site = chosen === undefined ? (last?.siteId && lastSite ? { value: last.siteId, title: lastSite.name } : null) : chosen;
  const [desk, setDesk] = useState(last?.desk ?? '');
  const [reach, setReach] = useState(last?.reach ?? '');
  const submit = async (): Promise<void> => {
    const { number } = await sending.send({ siteId: site?.value ?? null, desk: desk.trim(), reach: reach.trim() });
    announce(t('duty.begun', { number }));
    onClose();
  };
  return (
    <Ask title={t('duty.begin.title')} act={t('duty.begin')} onClose={onClose} onSubmit={submit} isBusy={sending.isBusy} problem={sending.problem}>
      <p className="t2">{t('duty.begin.what')}</p>
      <TextField label={t('duty.reach')} help={t('duty.reach.help')} isOptional value={reach} onValue={setReach} maxLength={120} autoComplete="off" error={sending.problem?.of('/reach')} />
      <TextField label={t('duty.desk')} isOptional value={desk} onValue={setDesk} maxLength={60} autoComplete="off" error={sending.problem?.of('/desk')} />
      <SitePicker label={t('duty.site')} help={t('duty.site.help')} isOptional value={site} onValue={setSite} error={sending.problem?.of('/siteId')} />
    </Ask>
  );
}
