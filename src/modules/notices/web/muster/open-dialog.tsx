import { useState } from 'react';
import { SitePicker } from '#modules/sites/web/public.tsx';
import { newKey } from '#platform/web/call.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, FaultSummary, FilledIn, TextArea, TextField } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import { openMuster } from '../../muster-contract.ts';
import { t } from './messages.en.ts';

/** From where a roll call is opened: a notification whose answers count, or an incident. */
export type MusterFrom = { notice?: { id: string; number: string; siteId: string | null; title: string }; incident?: { id: string; siteId: string | null } };

/** Opens a roll call: of a notification's people, of a site, of guests by name. */
export function OpenMuster({ from = {}, onClose }: { from?: MusterFrom; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('notices', openMuster);
  const go = useGo();
  const [id] = useState(newKey);
  const [title, setTitle] = useState(from.notice?.title ?? '');
  const [site, setSite] = useState<Option | null>(null);
  const [isEveryone, setEveryone] = useState(from.notice === undefined);
  const [guests, setGuests] = useState('');
  const [isTried, setTried] = useState(false);
  const given = from.notice ?? from.incident;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (title.trim() === '') return;
    const made = await send({
      id, title: title.trim(), siteId: given === undefined ? (site?.value ?? null) : given.siteId, everyone: isEveryone, guests: guests.split('\n').map((name) => name.trim()).filter(Boolean),
      ...(from.notice && { noticeId: from.notice.id }), ...(from.incident && { incidentId: from.incident.id }),
    });
    announce(t('musters.opened.said', { number: made.number }));
    go(`/roll-calls/${made.id}`);
  };
  return (
    <Dialog title={t('musters.open')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('musters.open')}</Button><Button onClick={onClose}>{t('musters.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextField label={t('musters.field.title')} value={title} onValue={setTitle} error={isTried && title.trim() === '' ? t('musters.field.title.missing') : undefined} />
      {from.notice && <FilledIn label={t('musters.field.notice')} value={from.notice.number} />}
      {given === undefined && <SitePicker label={t('musters.site')} help={t('musters.field.site.help')} isOptional value={site} onValue={setSite} error={problem?.of('/siteId')} />}
      <CheckField label={t('musters.field.everyone')} isOn={isEveryone} onValue={setEveryone} />
      <TextArea label={t('musters.field.guests')} help={t('musters.field.guests.help')} isOptional rows={3} value={guests} onValue={setGuests} />
    </Dialog>
  );
}
