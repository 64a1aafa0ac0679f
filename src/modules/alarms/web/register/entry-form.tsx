import { useState } from 'react';
import { serverNow } from '#platform/web/live.ts';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, NumberField, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { type RationaleRow, writeRationale } from '../../rationale-contract.ts';
import { priorityFor } from '../../rationale-rules.ts';
import css from './register.module.css';
import { t } from './messages.en.ts';

const A_YEAR_MS = 365 * 86_400_000;

/** The draft of a type's entry: from its draft, from what is approved, or from what ships for its family. */
export function EntryForm({ row, onClose }: { row: RationaleRow; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('alarms', writeRationale);
  const from = row.draft ?? row.entry;
  const begin = from ?? row.start;
  const [words, setWords] = useState({ cause: begin?.cause ?? '', consequence: begin?.consequence ?? '', response: begin?.response ?? '' });
  const [within, setWithin] = useState(begin ? String(begin.withinMin) : '');
  const [severity, setSeverity] = useState(String(from?.severity ?? row.rings));
  const [reviewOn, setReviewOn] = useState(from?.reviewOn ?? new Date(serverNow().getTime() + A_YEAR_MS).toISOString().slice(0, 10));
  const [isTried, setTried] = useState(false);
  const withinMin = /^[1-9]\d{0,5}$/.test(within.trim()) ? Number(within) : null;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (withinMin === null) return;
    await send({ type: row.type, ...words, withinMin, severity: Number(severity), reviewOn, ...(from && { ownerId: from.owner.id }) });
    announce(t('register.saved'));
    onClose();
  };
  const area = (field: keyof typeof words) => <TextArea label={t(`register.${field}`)} rows={2} value={words[field]} onValue={(value) => setWords({ ...words, [field]: value })} error={problem?.of(`/${field}`)} />;
  return (
    <Dialog size="wide" title={row.title} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('register.save')}</Button><Button onClick={onClose}>{t('register.cancel')}</Button></>}>
      {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
      {!from && row.start && <p className="t2">{t('register.start')}</p>}
      {area('cause')}
      {area('consequence')}
      {area('response')}
      <div className={css.two}>
        <NumberField label={t('register.within.field')} value={within} onValue={setWithin} error={isTried && withinMin === null ? t('register.within.fault') : undefined} />
        <SelectField label={t('register.severity')} value={severity} onValue={setSeverity} choices={(['1', '2', '3', '4'] as const).map((value) => ({ value, title: t(`register.severity.${value}`) }))} />
        <TextField type="date" label={t('register.review')} value={reviewOn} onValue={setReviewOn} error={problem?.of('/reviewOn')} />
      </div>
      {withinMin !== null && <p role="status" className="strong">{t('register.gives', { n: priorityFor(Number(severity), withinMin), rings: row.rings })}</p>}
    </Dialog>
  );
}
