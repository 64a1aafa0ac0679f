import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { addWebhook } from '../contract.ts';
import css from './deliver.module.css';
import { t } from './messages.en.ts';

/** Adds a webhook, then shows its secret once. */
export function WebhookDialog({ onClose }: { onClose: () => void }) {
  const { send, isBusy, problem } = useSend('deliver', addWebhook);
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [isTried, setTried] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const faults = { name: name.trim() === '' ? t('deliver.webhook.name.missing') : undefined, url: /^https?:\/\/./.test(url.trim()) && URL.canParse(url.trim()) ? undefined : t('deliver.webhook.url.wrong') };
  const submit = async (): Promise<void> => {
    setTried(true);
    if (faults.name || faults.url) return;
    setSecret((await send({ name: name.trim(), url: url.trim() })).secret);
  };
  if (secret !== null) {
    return (
      <Dialog title={t('deliver.webhook.secret', { name: name.trim() })} onClose={onClose} actions={<Button look="filled" onClick={onClose}>{t('deliver.webhook.kept')}</Button>}>
        <p className={`mono ${css.secret}`}>{secret}</p>
        <p className="t2">{t('deliver.webhook.secret.once')}</p>
      </Dialog>
    );
  }
  return (
    <Dialog title={t('deliver.webhook.add')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('deliver.webhook.add')}</Button><Button onClick={onClose}>{t('deliver.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextField label={t('deliver.webhook.name')} value={name} onValue={setName} error={problem?.of('/name') ?? (isTried ? faults.name : undefined)} />
      <TextField label={t('deliver.webhook.url')} help={t('deliver.webhook.url.help')} value={url} onValue={setUrl} error={problem?.of('/url') ?? (isTried ? faults.url : undefined)} />
    </Dialog>
  );
}
