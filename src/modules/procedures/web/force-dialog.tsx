import { useState } from 'react';
import { DecisionOutcome } from '#platform/two-person/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextArea } from '#ui/field.tsx';
import { activate, retire } from '../contract.ts';
import { t } from './messages.en.ts';

/** Proposes to put a version in force, or with null the whole procedure out of it, and why. */
export function ForceDialog({ id, version, onClose }: { id: string; version: number | null; onClose: () => void }) {
  const activating = useSend('procedures', activate);
  const retiring = useSend('procedures', retire);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const [outcome, setOutcome] = useState<{ decisionId: string; state: 'waiting' | 'alone' } | null>(null);
  const problem = activating.problem ?? retiring.problem;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (reason.trim().length >= 3) setOutcome(version === null ? await retiring.send({ id, reason: reason.trim() }) : await activating.send({ id, version, reason: reason.trim() }));
  };
  const what = version === null ? 'retire' : 'activate';
  return (
    <Dialog
      title={version === null ? t('procedures.retire.title') : t('procedures.activate.title', { n: version })}
      onClose={onClose}
      onSubmit={() => void submit().catch(() => undefined)}
      actions={<>{!outcome && <Button type="submit" look="filled" size="large" isBusy={activating.isBusy || retiring.isBusy}>{t('procedures.activate.send')}</Button>}<Button size="large" onClick={onClose}>{t('procedures.cancel')}</Button></>}
    >
      {problem && <FaultSummary faults={[]} detail={problem.detail} />}
      {outcome ? <DecisionOutcome {...outcome} /> : (
        <>
          <p className="t2">{t(`procedures.${what}.words`)}</p>
          <TextArea label={t('procedures.reason')} rows={2} value={reason} onValue={setReason} error={isTried && reason.trim().length < 3 ? t('procedures.skip.missing') : undefined} />
        </>
      )}
    </Dialog>
  );
}
