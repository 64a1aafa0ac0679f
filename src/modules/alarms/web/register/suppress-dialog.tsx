import { useState } from 'react';
import { serverNow } from '#platform/web/live.ts';
import { useSend } from '#platform/web/query.ts';
import { readersZone } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { ChoiceGroup } from '#ui/field.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import type { Option } from '#ui/picker.tsx';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { SitePicker, useSites } from '#modules/signals/web/public.tsx';
import { suppressType } from '../../held-contract.ts';
import type { RationaleRow } from '../../rationale-contract.ts';
import { ReasonDialog } from '../held/reason-dialog.tsx';
import { t } from './messages.en.ts';

const DAY_H = 24;
const LENGTHS = { day: DAY_H, week: 7 * DAY_H, month: 30 * DAY_H } as const;
const CHOICES = ['day', 'week', 'month', 'time'] as const;

/** Lets a type of alarm not ring at a site for a time, by its entry. */
export function SuppressDialog({ row, onClose }: { row: RationaleRow; onClose: () => void }) {
  const sending = useSend('alarms', suppressType);
  const sites = useSites();
  const [site, setSite] = useState<Option | null>(null);
  const [length, setLength] = useState<string>('day');
  const [end, setEnd] = useState<string | null>(null);
  const [owner, setOwner] = useState<Option | null>(null);
  const [isTried, setTried] = useState(false);
  const zone = (site && sites.get(site.value)?.timeZone) ?? readersZone();
  const send = (reason: string): Promise<void> | null => {
    setTried(true);
    const endsAt = length === 'time' ? end : new Date(serverNow().getTime() + LENGTHS[length as keyof typeof LENGTHS] * 3_600_000).toISOString();
    if (!site || endsAt === null) return null;
    return sending.send({ type: row.type, siteId: site.value, endsAt, ownerId: owner?.value ?? null, reason }).then(({ name }) => (announce(t('register.suppress.done', { name })), onClose()));
  };
  return (
    <ReasonDialog title={t('register.suppress.of', { name: row.title })} act={t('register.suppress')} isBusy={sending.isBusy} problem={sending.problem} onSend={send} onClose={onClose}>
      <p className="t2">{t('register.suppress.what')}</p>
      <SitePicker label={t('register.suppress.site')} value={site} onValue={setSite} error={sending.problem?.of('/siteId') ?? (isTried && !site ? t('register.suppress.site.missing') : undefined)} />
      <ChoiceGroup label={t('register.suppress.until')} value={length} onValue={setLength} choices={CHOICES.map((value) => ({ value, title: t(`register.suppress.${value}`) }))} />
      {length === 'time' && <MomentField label={t('register.suppress.ends')} value={end} onValue={setEnd} timeZone={zone} meaning="future" error={sending.problem?.of('/endsAt') ?? (isTried && end === null ? t('register.suppress.ends.missing') : undefined)} />}
      <PersonPicker label={t('register.suppress.owner')} value={owner} onValue={setOwner} isOptional error={sending.problem?.of('/ownerId')} />
    </ReasonDialog>
  );
}
