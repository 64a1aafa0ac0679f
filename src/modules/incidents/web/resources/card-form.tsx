import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, NumberField, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import { changeResource, recordArrival, requestResource, type Resource, ResourceKind } from '../../resource-contract.ts';
import { t } from './messages.en.ts';
import css from './resources.module.css';

type Kind = (typeof ResourceKind.options)[number];
const LINES = ['identifier', 'agency', 'leader', 'contact', 'qualifications'] as const;

type Props = { incidentId: string; timeZone: string; how: 'ask' | 'arrival' | 'change'; card?: Resource | undefined; onClose: () => void };

/** A card as it is made, or as its words are corrected. */
export function CardForm({ incidentId, timeZone, how, card, onClose }: Props) {
  const sends = { ask: useSend('incidents', requestResource), arrival: useSend('incidents', recordArrival), change: useSend('incidents', changeResource) };
  const { isBusy, problem } = sends[how];
  const [read] = useState(card);
  const [kind, setKind] = useState<Kind>(card?.kind ?? 'team');
  const [words, setWords] = useState({ name: card?.name ?? '', identifier: card?.identifier ?? '', agency: card?.agency ?? '', leader: card?.leader ?? '', contact: card?.contact ?? '', qualifications: card?.qualifications ?? '', orderNumber: card?.orderNumber ?? '', notes: card?.notes ?? '', place: '', departedFrom: '' });
  const [persons, setPersons] = useState(String(card?.persons ?? 1));
  const [expectedAt, setExpectedAt] = useState<string | null>(card?.expectedAt ?? null);
  const [isTried, setTried] = useState(false);
  const set = (key: keyof typeof words) => (value: string): void => setWords({ ...words, [key]: value });
  const isPersonsBad = !/^\d{1,5}$/.test(persons.trim()) || Number(persons) > 10_000;
  const submit = (): void => {
    setTried(true);
    if (words.name.trim() === '' || isPersonsBad) return;
    const { place, departedFrom, ...rest } = words;
    const body = { id: incidentId, kind, persons: Number(persons), ...rest };
    const sent = how === 'change' && read ? sends.change.send({ ...body, rowId: read.id, expectedAt }, { ifMatch: read.version }) : how === 'arrival' ? sends.arrival.send({ ...body, ...(place && { place }), ...(departedFrom && { departedFrom }) }) : sends.ask.send({ ...body, expectedAt });
    void sent.then(onClose, () => undefined);
  };
  const title = t(how === 'ask' ? 'cards.ask' : how === 'arrival' ? 'cards.arrival' : 'cards.change');
  const line = (key: keyof typeof words, label: string) => <TextField key={key} label={label} isOptional value={words[key]} onValue={set(key)} maxLength={200} autoComplete="off" error={problem?.of(`/${key}`)} />;
  return (
    <Dialog title={title} size="wide" onClose={onClose} onSubmit={submit} actions={<><Button onClick={onClose}>{t('cards.cancel')}</Button><Button type="submit" look="filled" isBusy={isBusy}>{how === 'change' ? t('cards.save') : title}</Button></>}>
      <div className={css.form}>
        {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
        <TextField label={t('cards.name')} value={words.name} onValue={set('name')} maxLength={200} autoComplete="off" error={isTried && words.name.trim() === '' ? t('cards.name.missing') : undefined} />
        <div className={css.two}>
          <SelectField label={t('cards.kind')} value={kind} onValue={(value) => setKind(ResourceKind.options.find((one) => one === value) ?? 'team')} choices={ResourceKind.options.map((value) => ({ value, title: t(`cards.kind.${value}`) }))} />
          <NumberField label={t('cards.persons.n')} value={persons} onValue={setPersons} error={isTried && isPersonsBad ? t('cards.persons.bad') : undefined} />
          {LINES.map((key) => line(key, t(`cards.${key}`)))}
          {line('orderNumber', t('cards.order'))}
          {how === 'arrival' && line('place', t('cards.place'))}
          {how === 'arrival' && line('departedFrom', t('cards.from'))}
          {how !== 'arrival' && <MomentField label={t('cards.needed')} meaning="future" isOptional value={expectedAt} onValue={setExpectedAt} timeZone={timeZone} />}
        </div>
        <TextArea label={t('cards.notes')} isOptional rows={2} value={words.notes} onValue={set('notes')} maxLength={2_000} />
      </div>
    </Dialog>
  );
}
