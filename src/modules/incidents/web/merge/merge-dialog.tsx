import { useState } from 'react';
import { search } from '#platform/search/contract.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { ChoiceGroup, FaultSummary, TextField } from '#ui/field.tsx';
import { type Option, Picker } from '#ui/picker.tsx';
import type { Incident } from '../../contract.ts';
import { mergeIncident } from '../../merge-contract.ts';
import css from '../incidents.module.css';
import { t } from './messages.en.ts';

type Other = { id: string; number: string; title: string };
type MergeDialogProps = { incident: Incident; other?: Other | undefined; onClose: () => void };

const lacks = (reason: string): boolean => reason.trim().length < 3;
const optionOf = ({ id, number, title }: Other): Option => ({ value: id, title: `${number}, ${title}` });

/** Merges this incident with another: which lives on, and what follows, is said first. */
export function MergeDialog({ incident, other, onClose }: MergeDialogProps) {
  const sending = useSend('incidents', mergeIncident);
  const [to, setTo] = useState<Option | null>(other ? optionOf(other) : null);
  const [lives, setLives] = useState(other ? 'this' : 'other');
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const number = to?.title.split(',')[0] ?? '';
  const save = async (): Promise<void> => {
    setChecked(true);
    if (!to || lacks(reason)) return;
    const [id, intoId] = lives === 'this' ? [to.value, incident.id] : [incident.id, to.value];
    await sending.send({ id, intoId, reason: reason.trim() }).then(() => {
      announce(t('merge.done', lives === 'this' ? { number, into: incident.number } : { number: incident.number, into: number }));
      onClose();
    }, () => undefined);
  };
  return (
    <Dialog title={t('merge.title', { number: incident.number })} onClose={onClose} onSubmit={() => void save()} actions={<><Button onClick={onClose}>{t('merge.cancel')}</Button><Button type="submit" look="filled" isBusy={sending.isBusy}>{t('merge.verb')}</Button></>}>
      <div className={css.form}>
        {sending.problem && <FaultSummary faults={sending.problem.errors} detail={sending.problem.detail} />}
        <ul className={css.preview}><li>{t('merge.preview.points')}</li><li>{t('merge.preview.keeps')}</li><li>{t('merge.preview.back')}</li></ul>
        <OtherPicker incident={incident} value={to} onValue={setTo} error={sending.problem?.of('/intoId') ?? (isChecked && !to ? t('merge.other.missing') : undefined)} />
        <ChoiceGroup label={t('merge.lives')} value={lives} onValue={setLives} choices={[{ value: 'this', title: t('merge.lives.this', { number: incident.number }) }, { value: 'other', title: number ? t('merge.lives.other', { number }) : t('merge.lives.other.none') }]} />
        <TextField label={t('merge.reason')} value={reason} onValue={setReason} maxLength={1_000} autoComplete="off" error={isChecked && lacks(reason) ? t('merge.reason.missing') : undefined} />
      </div>
    </Dialog>
  );
}

function OtherPicker({ incident, value, onValue, error }: { incident: Incident; value: Option | null; onValue: (option: Option | null) => void; error: string | undefined }) {
  const [words, setWords] = useState('');
  const q = words.trim();
  const found = useRead('search', search, { q, limit: 20 }, { isOn: q.length >= 2 });
  const options = q.length < 2 ? [] : (found.data?.items ?? []).filter(({ id, kind }) => kind === 'incidents.incident' && id !== incident.id).map(({ id, number, title, state }): Option => ({ ...optionOf({ id, number: number ?? '', title }), note: state }));
  return <Picker label={t('merge.other')} help={t('merge.other.help')} value={value} onValue={onValue} options={options} onWords={setWords} isSearching={q.length >= 2 && found.state === 'waiting'} error={error} />;
}
