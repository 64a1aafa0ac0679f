import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextArea } from '#ui/field.tsx';
import { approveDecision, type Decision, refuseDecision, reviewDecision } from '../contract.ts';
import { t } from './messages.en.ts';

export type Deciding = 'approve' | 'refuse' | 'confirm' | 'object';

const NEEDS_WHY: readonly Deciding[] = ['refuse', 'object'];

/** Approves, refuses, confirms or objects: with what follows from it, and a reason where one is due. */
export function DecidingDialog({ decision, verb, title, onClose }: { decision: Decision; verb: Deciding; title: string; onClose: () => void }) {
  const [approving, refusing, reviewing] = [useSend('two-person', approveDecision), useSend('two-person', refuseDecision), useSend('two-person', reviewDecision)];
  const { isBusy, problem } = { approve: approving, refuse: refusing, confirm: reviewing, object: reviewing }[verb];
  const [why, setWhy] = useState('');
  const [isTried, setTried] = useState(false);
  const isMissing = NEEDS_WHY.includes(verb) && why.trim().length < 3;
  const { id } = decision;
  const send = (): Promise<unknown> => {
    if (verb === 'approve') return approving.send({ id, note: why.trim() });
    if (verb === 'refuse') return refusing.send({ id, why: why.trim() });
    return reviewing.send({ id, verdict: verb === 'confirm' ? 'confirmed' : 'objected', why: why.trim() });
  };
  const submit = async (): Promise<void> => {
    setTried(true);
    if (isMissing) return;
    await send();
    announce(t(`decision.${verb}.done`));
    onClose();
  };
  const look = NEEDS_WHY.includes(verb) ? 'danger' : 'filled';
  return (
    <Dialog title={t(`decision.${verb}`)} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look={look} isBusy={isBusy}>{t(`decision.${verb}`)}</Button><Button onClick={onClose}>{t('decision.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p className="strong">{title}</p>
      {verb === 'approve' && <p className="t2">{t('decision.approve.what')}</p>}
      {verb === 'object' && <p className="t2">{t('decision.object.what')}</p>}
      <TextArea label={t(NEEDS_WHY.includes(verb) ? 'decision.why' : 'decision.optional')} rows={3} value={why} onValue={setWhy} isOptional={!NEEDS_WHY.includes(verb)} error={problem?.of('/why') ?? problem?.of('/note') ?? (isTried && isMissing ? t('decision.why.missing') : undefined)} />
    </Dialog>
  );
}
