import { useState } from 'react';
import { search } from '#platform/search/contract.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { readersZone } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button, IconButton } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, FaultSummary, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import { type Option, Picker } from '#ui/picker.tsx';
import { listSchedules, placeHold } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './retention.module.css';
import { nameOf } from './words.ts';

type Found = Option & { kind: string };
type PlaceDialogProps = { onClose: () => void; onPlaced: (id: string) => void };

/** Records of any kind, or of one, that fit the typed words. */
function useFound(words: string, only?: string): readonly Found[] {
  const q = words.trim();
  const found = useRead('search', search, { q, limit: 20 }, { isOn: q.length >= 2 });
  return q.length < 2 ? [] : (found.data?.items ?? []).filter(({ kind }) => only === undefined || kind === only).map(({ id, number, title, state, kind }) => ({ value: id, title: nameOf({ number, title }), note: state, kind }));
}

/** A legal hold: the matter, who answers for it, and what it covers. */
export function PlaceDialog({ onClose, onPlaced }: PlaceDialogProps) {
  const { send, isBusy, problem } = useSend('retention', placeHold);
  const kinds = useRead('retention', listSchedules, {}).data?.kinds ?? [];
  const [matter, setMatter] = useState('');
  const [reason, setReason] = useState('');
  const [custodian, setCustodian] = useState<Option | null>(null);
  const [asked, setAsked] = useState('');
  const [named, setNamed] = useState<readonly Found[]>([]);
  const [words, setWords] = useState('');
  const [kind, setKind] = useState('');
  const [from, setFrom] = useState<string | null>(null);
  const [till, setTill] = useState<string | null>(null);
  const [keepsBackups, setKeepsBackups] = useState(false);
  const [isTried, setTried] = useState(false);
  const people = useFound(asked, 'people.person');
  const found = useFound(words);
  const covers = coversOf(named, { kind: kind || null, from, till });
  const isFit = matter.trim().length >= 3 && reason.trim().length >= 3 && custodian !== null && covers.length > 0;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (!isFit || !custodian) return;
    const { id, number } = await send({ matter, reason, custodianId: custodian.value, keepsBackups, covers });
    announce(t('retention.hold.placed.done', { number }));
    onClose();
    onPlaced(id);
  };
  return (
    <Dialog title={t('retention.hold.place.title')} size="wide" onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('retention.hold.place')}</Button><Button onClick={onClose}>{t('retention.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={isTried && covers.length === 0 ? t('retention.hold.covers.missing') : problem?.detail} />
      <p>{t('retention.hold.place.words')}</p>
      <TextField label={t('retention.hold.matter')} value={matter} onValue={setMatter} maxLength={200} error={isTried && matter.trim().length < 3 ? t('retention.hold.matter.missing') : undefined} />
      <TextArea label={t('retention.reason')} value={reason} onValue={setReason} rows={2} maxLength={1000} error={isTried && reason.trim().length < 3 ? t('retention.reason.missing') : undefined} />
      <Picker label={t('retention.hold.custodian')} value={custodian} onValue={setCustodian} options={people} onWords={setAsked} error={isTried && !custodian ? t('retention.hold.custodian.missing') : undefined} />
      <Picker label={t('retention.hold.record')} help={t('retention.hold.record.help')} isOptional value={null} onValue={(option) => option && setNamed([...named.filter(({ value }) => value !== option.value), option as Found])} options={found} onWords={setWords} />
      {named.length > 0 && (
        <ul className={css.items} aria-label={t('retention.hold.added')}>
          {named.map((one) => <li key={one.value} className={css.item}><span>{one.title}</span><IconButton icon="close" label={t('retention.hold.take-off', { name: one.title })} onClick={() => setNamed(named.filter(({ value }) => value !== one.value))} /></li>)}
        </ul>
      )}
      <SelectField label={t('retention.hold.kind')} isOptional value={kind} onValue={setKind} choices={kinds.map(({ key, title }) => ({ value: key, title }))} placeholder={t('retention.hold.kind.none')} />
      <MomentField label={t('retention.hold.since')} value={from} onValue={setFrom} timeZone={readersZone()} isOptional />
      <MomentField label={t('retention.hold.till')} value={till} onValue={setTill} timeZone={readersZone()} isOptional />
      <p className="t2 small">{t('retention.hold.span.help')}</p>
      <CheckField label={t('retention.hold.backups')} isOn={keepsBackups} onValue={setKeepsBackups} />
    </Dialog>
  );
}

type Rest = { kind: string | null; from: string | null; till: string | null };

/** One line for each record, person and site; without any, one for kind and time alone. */
function coversOf(named: readonly Found[], rest: Rest): ({ recordId?: string; personId?: string; siteId?: string } & Rest)[] {
  if (named.length === 0) return rest.kind === null && rest.from === null && rest.till === null ? [] : [rest];
  return named.map(({ value, kind }) => ({ ...(kind === 'people.person' ? { personId: value } : kind === 'sites.site' ? { siteId: value } : { recordId: value }), ...rest }));
}
