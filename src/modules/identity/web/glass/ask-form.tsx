import { useState } from 'react';
import { PersonPicker } from '#modules/people/web/public.tsx';
import type { Reply } from '#platform/kernel/contract.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { FaultSummary, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import type { Option } from '#ui/picker.tsx';
import { askToEnter, type glassTerms } from '../../contract.ts';
import css from './glass.module.css';
import { t } from './messages.en.ts';

const MINUTES = [15, 30, 60];

/** One neutral form: a number, a reason, words and a witness. It is answered alike whether or not there is such a record. */
export function AskForm({ terms }: { terms: Reply<typeof glassTerms> }) {
  const { send, isBusy, problem } = useSend('identity', askToEnter);
  const go = useGo();
  const [number, setNumber] = useState('');
  const [reason, setReason] = useState('');
  const [words, setWords] = useState('');
  const [witness, setWitness] = useState<Option | null>(null);
  const spans = MINUTES.filter((minutes) => minutes <= terms.minutes);
  const [long, setLong] = useState(String(spans.at(-1) ?? terms.minutes));
  const [isTried, setTried] = useState(false);
  const faults = {
    number: number.trim().length < 3 ? t('glass.number.missing') : undefined, reason: reason === '' ? t('glass.reason.missing') : undefined,
    words: words.trim().length < terms.leastWords ? t('glass.words.short', { n: terms.leastWords }) : undefined, witnessId: witness === null ? t('glass.witness.missing') : undefined,
  };
  const fault = (field: keyof typeof faults): string | undefined => problem?.of(`/${field}`) ?? (isTried ? faults[field] : undefined);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (witness === null || Object.values(faults).some((one) => one !== undefined)) return;
    const ask = await send({ number: number.trim(), reason, words: words.trim(), witnessId: witness.value, minutes: Number(long) });
    announce(t('glass.asked', { name: ask.witness.name }));
    go(`/break-glass/${ask.id}`);
  };
  return (
    <Form className={css.form} onSubmit={() => void submit().catch(() => undefined)} aria-label={t('glass.form')}>
      <p className="t2">{t('glass.form.what')}</p>
      <FaultSummary faults={[]} detail={problem && problem.errors.length === 0 ? problem.detail : undefined} />
      <TextField label={t('glass.number')} help={t('glass.number.help')} autoComplete="off" spellCheck={false} value={number} onValue={setNumber} error={fault('number')} />
      <SelectField label={t('glass.reason')} placeholder="" value={reason} onValue={setReason} choices={terms.reasons.map((one) => ({ value: one, title: one }))} error={fault('reason')} />
      <TextArea label={t('glass.words')} help={t('glass.words.help', { n: terms.leastWords })} rows={4} value={words} onValue={setWords} error={fault('words')} />
      <PersonPicker label={t('glass.witness')} help={t('glass.witness.help')} value={witness} onValue={setWitness} error={fault('witnessId')} />
      <SelectField label={t('glass.minutes')} value={long} onValue={setLong} choices={spans.map((n) => ({ value: String(n), title: t('glass.minutes.of', { n }) }))} />
      <div className="row"><Button type="submit" look="filled" isBusy={isBusy}>{t('glass.ask')}</Button></div>
    </Form>
  );
}
