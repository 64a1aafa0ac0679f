import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextArea } from '#ui/field.tsx';
import { activateVersion, type BackTest, retireRule, type Rule, type RuleVersion } from '../../rule-contract.ts';
import { raisesOwn } from '../../correlation-rules.ts';
import { t } from './messages.en.ts';
import { testWords } from './tests.tsx';

type RuleDialogsProps = { rule: Rule; draft: RuleVersion | undefined; test: BackTest | undefined; asking: 'activate' | 'retire'; onClose: () => void };

/** Putting a version into force, or taking the rule out, with the reason. */
export default function RuleDialogs({ rule, draft, test, asking, onClose }: RuleDialogsProps) {
  const sends = { activate: useSend('alarms', activateVersion), retire: useSend('alarms', retireRule) };
  const { isBusy, problem } = sends[asking];
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const fault = reason.trim().length < 3 ? t('rules.reason.missing') : undefined;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (fault) return;
    if (asking === 'retire') await sends.retire.send({ id: rule.id, reason: reason.trim() });
    else if (draft && test) await sends.activate.send({ id: rule.id, versionId: draft.id, backTestId: test.id, reason: reason.trim() });
    announce(asking === 'retire' ? t('rules.retire.done', { name: rule.name }) : t('rules.activate.done', { n: draft?.n ?? 0 }));
    onClose();
  };
  const title = asking === 'retire' ? t('rules.retire.of', { name: rule.name }) : t('rules.activate.of', { n: draft?.n ?? 0 });
  return (
    <Dialog title={title} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look={asking === 'retire' ? 'danger' : 'filled'} isBusy={isBusy}>{t(asking === 'retire' ? 'rules.retire' : 'rules.activate')}</Button><Button onClick={onClose}>{t('rules.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p>{asking === 'retire' ? t('rules.retire.what') : t('rules.activate.what', { words: test ? testWords(test, draft !== undefined && !raisesOwn(draft.definition)) : '' })}</p>
      <TextArea label={t('rules.reason')} rows={2} value={reason} onValue={setReason} error={problem?.of('/reason') ?? (isTried ? fault : undefined)} />
    </Dialog>
  );
}
