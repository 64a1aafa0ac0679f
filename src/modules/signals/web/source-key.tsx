import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, FilledIn, TextArea } from '#ui/field.tsx';
import { type MadeSource, renewKey, type Source } from '../contract.ts';
import { t } from './messages.en.ts';

const ANYWHERE = { overflowWrap: 'anywhere' } as const;

/** The key of a source, shown once. */
export const KeyOnce = ({ source, onClose }: { source: MadeSource; onClose: () => void }) => (
  <Dialog title={t('signals.key.title', { name: source.name })} onClose={onClose} actions={<Button size="large" look="filled" onClick={onClose}>{t('signals.key.done')}</Button>}>
    <p>{t('signals.key.once')}</p>
    <FilledIn label={t('signals.key.key')} value={<code className="mono" style={ANYWHERE}>{source.secret}</code>} />
    <FilledIn label={t('signals.key.webhook')} value={<code className="mono" style={ANYWHERE}>{source.address}</code>} />
    <FilledIn label={t('signals.key.own')} value={<code className="mono" style={ANYWHERE}>{source.address?.replace(/\/webhooks\/.*$/, '')}</code>} />
    <p className="t2">{t('signals.key.how')} {source.keyIn === 'address' && t('signals.key.how.address')}</p>
  </Dialog>
);

/** Asks why, makes a new key and shows it once. */
export function RenewKey({ source, onClose }: { source: Source; onClose: () => void }) {
  const sending = useSend('signals', renewKey);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const [made, setMade] = useState<MadeSource | null>(null);
  const fault = reason.trim().length >= 3 ? undefined : t('signals.mapping.reason.missing');
  const submit = (): void => {
    setTried(true);
    if (!fault) void sending.send({ id: source.id, reason: reason.trim() }).then(setMade, () => undefined);
  };
  if (made) return <KeyOnce source={made} onClose={onClose} />;
  return (
    <Dialog title={t('signals.key.renew.title', { name: source.name })} onClose={onClose} onSubmit={submit} actions={<><Button type="submit" size="large" look="danger" isBusy={sending.isBusy}>{t('signals.key.renew')}</Button><Button size="large" onClick={onClose}>{t('signals.cancel')}</Button></>}>
      {sending.problem && <FaultSummary faults={sending.problem.errors} detail={sending.problem.detail} />}
      <p>{t('signals.key.renew.what')}</p>
      <TextArea label={t('signals.key.reason')} rows={2} value={reason} onValue={setReason} error={isTried ? fault : undefined} />
    </Dialog>
  );
}
