import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { ChoiceGroup, FaultSummary, TextArea } from '#ui/field.tsx';
import { type Run, skipStep } from '../contract.ts';
import type { Due } from '../rules.ts';
import { t } from './messages.en.ts';
import { seenOf } from './use-run.ts';

/** A step is passed over: a required one with a reason, a question with the way that it goes on. */
export function SkipDialog({ run, due: { step }, onClose }: { run: Run; due: Due; onClose: () => void }) {
  const sending = useSend('procedures', skipStep);
  const [reason, setReason] = useState('');
  const [answer, setAnswer] = useState('');
  const [isTried, setTried] = useState(false);
  const needsReason = step.required && reason.trim().length < 3;
  const needsAnswer = step.kind === 'question' && answer === '';
  const submit = async (): Promise<void> => {
    setTried(true);
    if (needsReason || needsAnswer) return;
    await sending.send({ id: run.id, stepId: step.id, answer: answer || null, reason: reason.trim(), seen: seenOf(run) });
    onClose();
  };
  return (
    <Dialog
      title={t('procedures.skip.title', { text: step.text })}
      onClose={onClose}
      onSubmit={() => void submit().catch(() => undefined)}
      actions={
        <>
          <Button type="submit" look="filled" size="large" isBusy={sending.isBusy}>{t('procedures.skip.send')}</Button>
          <Button size="large" onClick={onClose}>{t('procedures.cancel')}</Button>
        </>
      }
    >
      {sending.problem && <FaultSummary faults={[]} detail={sending.problem.detail} />}
      {step.required && <p className="t2">{t('procedures.skip.required')}</p>}
      {step.kind === 'question' && <ChoiceGroup label={t('procedures.skip.goes-on')} value={answer} onValue={setAnswer} choices={step.answers.map((one) => ({ value: one.answer, title: one.answer }))} error={isTried && needsAnswer ? t('procedures.skip.answer-missing') : undefined} />}
      <TextArea label={t('procedures.skip.reason')} isOptional={!step.required} rows={2} value={reason} onValue={setReason} error={isTried && needsReason ? t('procedures.skip.missing') : undefined} />
    </Dialog>
  );
}
