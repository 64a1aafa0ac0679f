import { useState } from 'react';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { DecisionOutcome } from '#platform/two-person/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { FaultSummary, TextArea } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import type { Option } from '#ui/picker.tsx';
import { endCustodian, type Incident } from '../contract.ts';
import css from './incidents.module.css';
import { t } from './messages.en.ts';

/** Proposes to end the last custodian of a wall and names the next: it takes a second member. */
export function CustodianForm({ incident, personId }: { incident: Incident; personId: string }) {
  const { send, isBusy, problem } = useSend('incidents', endCustodian);
  const [successor, setSuccessor] = useState<Option | null>(null);
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const [outcome, setOutcome] = useState<{ decisionId: string; state: 'waiting' | 'alone' } | null>(null);
  const isShort = reason.trim().length < 3;
  const save = async (): Promise<void> => {
    setChecked(true);
    if (!successor || isShort) return;
    setOutcome(await send({ id: incident.id, personId, successorId: successor.value, reason: reason.trim() }));
  };
  if (outcome) return <DecisionOutcome {...outcome} />;
  return (
    <Form className={css.form} onSubmit={() => void save().catch(() => undefined)} aria-label={t('incidents.custodian.end')}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p className="t2">{t('incidents.custodian.why')}</p>
      <PersonPicker label={t('incidents.custodian.next')} value={successor} onValue={setSuccessor} error={problem?.of('/successorId') ?? (isChecked && !successor ? t('incidents.wall.custodian.missing') : undefined)} />
      <TextArea label={t('incidents.custodian.reason')} rows={2} value={reason} onValue={setReason} error={problem?.of('/reason') ?? (isChecked && isShort ? t('incidents.custodian.reason.missing') : undefined)} />
      <div className={css.formFoot}><Button type="submit" look="danger" isBusy={isBusy}>{t('incidents.custodian.end')}</Button></div>
    </Form>
  );
}
