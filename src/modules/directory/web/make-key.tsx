import { useState } from 'react';
import type { MadeKey } from '#modules/identity/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { readersZone } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import { addDirectoryKey, type Directory } from '../contract.ts';
import { t } from './messages.en.ts';

/** Makes a key for a directory; its secret is handed on once. */
export function MakeKey({ directory, onClose, onMade }: { directory: Directory; onClose: () => void; onMade: (made: MadeKey) => void }) {
  const { send, isBusy, problem } = useSend('directory', addDirectoryKey);
  const [name, setName] = useState('');
  const [until, setUntil] = useState<string | null>(null);
  const [isTried, setTried] = useState(false);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (name.trim() === '') return;
    const { secret } = await send({ id: directory.id, name: name.trim(), ...(until !== null && { until }) });
    onMade({ name: name.trim(), secret: secret ?? '' });
  };
  return (
    <Dialog title={t('directory.keys.new.of', directory)} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('directory.keys.make')}</Button><Button onClick={onClose}>{t('directory.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextField label={t('directory.keys.name')} autoComplete="off" value={name} onValue={setName} error={problem?.of('/name') ?? (isTried && name.trim() === '' ? t('directory.keys.name.missing') : undefined)} />
      <MomentField label={t('directory.keys.until')} meaning="future" timeZone={readersZone()} value={until} onValue={setUntil} error={problem?.of('/until')} empty={t('directory.keys.until.open')} />
    </Dialog>
  );
}
