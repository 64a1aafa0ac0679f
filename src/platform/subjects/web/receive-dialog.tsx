import { useState } from 'react';
import { search } from '#platform/search/contract.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { ChoiceGroup, FaultSummary, TextArea, TextField } from '#ui/field.tsx';
import { type Option, Picker } from '#ui/picker.tsx';
import { receiveRequest } from '../contract.ts';
import { t } from './messages.en.ts';

/** People of the register that fit the typed words. */
function usePeople(words: string): readonly Option[] {
  const q = words.trim();
  const found = useRead('search', search, { q, limit: 20 }, { isOn: q.length >= 2 });
  return q.length < 2 ? [] : (found.data?.items ?? []).filter(({ kind }) => kind === 'people.person').map(({ id, title, state }) => ({ value: id, title, note: state }));
}

/** Somebody asked: what, who, when and how. */
export function ReceiveDialog({ onClose, onReceived }: { onClose: () => void; onReceived: (id: string) => void }) {
  const { send, isBusy, problem } = useSend('subjects', receiveRequest);
  const [kind, setKind] = useState<'access' | 'erasure'>('access');
  const [person, setPerson] = useState<Option | null>(null);
  const [words, setWords] = useState('');
  const [name, setName] = useState('');
  const [known, setKnown] = useState('');
  const [askedOn, setAskedOn] = useState(() => new Date().toISOString().slice(0, 10));
  const [channel, setChannel] = useState('');
  const [isTried, setTried] = useState(false);
  const people = usePeople(words);
  const called = person?.title ?? name.trim();
  const submit = async (): Promise<void> => {
    setTried(true);
    if (called.length < 3 || channel.trim().length < 2 || askedOn === '') return;
    const { id, number } = await send({ kind, personId: person?.value ?? null, name: called, alsoKnown: known.split('\n').map((line) => line.trim()).filter((line) => line.length >= 3), askedOn, channel });
    announce(t('subjects.receive.done', { number }));
    onClose();
    onReceived(id);
  };
  return (
    <Dialog title={t('subjects.receive.title')} size="wide" onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('subjects.receive')}</Button><Button onClick={onClose}>{t('subjects.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p>{t('subjects.receive.words')}</p>
      <ChoiceGroup label={t('subjects.kind')} value={kind} onValue={(value) => setKind(value as 'access' | 'erasure')} choices={[{ value: 'access', title: t('subjects.kind.access.long') }, { value: 'erasure', title: t('subjects.kind.erasure.long') }]} />
      <Picker label={t('subjects.person')} help={t('subjects.person.help')} isOptional value={person} onValue={setPerson} options={people} onWords={setWords} />
      {!person && <TextField label={t('subjects.name')} value={name} onValue={setName} maxLength={120} error={isTried && called.length < 3 ? t('subjects.missing') : undefined} />}
      <TextArea label={t('subjects.known')} help={t('subjects.known.help')} isOptional value={known} onValue={setKnown} rows={2} />
      <TextField type="date" label={t('subjects.asked')} value={askedOn} onValue={setAskedOn} error={isTried && askedOn === '' ? t('subjects.missing') : undefined} />
      <TextField label={t('subjects.channel')} help={t('subjects.channel.help')} value={channel} onValue={setChannel} maxLength={200} error={isTried && channel.trim().length < 2 ? t('subjects.missing') : undefined} />
    </Dialog>
  );
}
