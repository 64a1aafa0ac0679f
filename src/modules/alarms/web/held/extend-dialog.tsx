import { useState } from 'react';
import { serverNow } from '#platform/web/live.ts';
import { useSend } from '#platform/web/query.ts';
import { readersZone } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import { useSite } from '#modules/signals/web/public.tsx';
import { extendTest, type OnTest } from '../../held-contract.ts';
import { t } from './messages.en.ts';
import { ReasonDialog } from './reason-dialog.tsx';

/** Gives a test or maintenance another end, sooner or later. */
export function ExtendDialog({ test, onClose }: { test: OnTest; onClose: () => void }) {
  const sending = useSend('alarms', extendTest);
  const site = useSite(test.siteId);
  const [end, setEnd] = useState<string | null>(test.endsAt);
  const [isTried, setTried] = useState(false);
  const fault = end === null || Date.parse(end) <= serverNow().getTime() ? t('held.ends.missing') : undefined;
  const send = (reason: string): Promise<void> | null => {
    setTried(true);
    if (end === null || fault) return null;
    return sending.send({ id: test.id, endsAt: end, reason }).then(() => (announce(t('held.extend.done', { name: test.name })), onClose()));
  };
  return (
    <ReasonDialog title={t('held.extend.of', { name: test.name })} act={t('held.extend')} isBusy={sending.isBusy} problem={sending.problem} onSend={send} onClose={onClose}>
      <MomentField label={t('held.ends')} value={end} onValue={setEnd} timeZone={site?.timeZone ?? readersZone()} meaning="future" error={sending.problem?.of('/endsAt') ?? (isTried ? fault : undefined)} />
    </ReasonDialog>
  );
}
