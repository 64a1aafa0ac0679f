import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { readersZone } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import { addExhibit } from '../contract.ts';
import { KINDS } from '../rules.ts';
import { PlaceField } from './exhibit-dialogs.tsx';
import css from './exhibits.module.css';
import { t } from './messages.en.ts';

/** Receives an exhibit into a case. */
export function AddDialog({ caseId, siteZone, onClose, onAdded }: { caseId: string; siteZone?: string | undefined; onClose: () => void; onAdded: (id: string) => void }) {
  const sending = useSend('exhibits', addExhibit);
  const [kind, setKind] = useState<(typeof KINDS)[number]>('physical');
  const [title, setTitle] = useState('');
  const [description, setDescription] = useState('');
  const [marks, setMarks] = useState('');
  const [collectedAt, setCollectedAt] = useState<string | null>(null);
  const [collectedWhere, setWhere] = useState('');
  const [packaging, setPackaging] = useState('');
  const [seal, setSeal] = useState('');
  const [place, setPlace] = useState('');
  const [isTried, setTried] = useState(false);
  const { problem } = sending;
  const submit = (): void => {
    setTried(true);
    if (title.trim() === '' || collectedAt === null) return;
    const given = { caseId, kind, title: title.trim(), description: description.trim(), marks: marks.trim(), collectedAt, collectedWhere: collectedWhere.trim(), packaging: packaging.trim(), seal: seal.trim(), placeId: place || null };
    void sending.send(given).then(({ id, number }) => {
      announce(t('exhibits.added', { number }));
      onAdded(id);
    }, () => undefined);
  };
  return (
    <Dialog size="wide" title={t('exhibits.add')} onClose={onClose} onSubmit={submit} actions={<><Button onClick={onClose}>{t('exhibits.cancel')}</Button><Button type="submit" look="filled" isBusy={sending.isBusy}>{t('exhibits.add')}</Button></>}>
      <div className={css.form}>
        {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
        <SelectField label={t('exhibits.kind')} value={kind} onValue={(value) => setKind(KINDS.find((one) => one === value) ?? 'physical')} choices={KINDS.map((value) => ({ value, title: t(`exhibits.kind.${value}`) }))} />
        <TextField label={t('exhibits.what')} value={title} onValue={setTitle} maxLength={200} autoComplete="off" error={problem?.of('/title') ?? (isTried && title.trim() === '' ? t('exhibits.say') : undefined)} />
        <MomentField label={t('exhibits.collected')} value={collectedAt} onValue={setCollectedAt} timeZone={siteZone ?? readersZone()} error={problem?.of('/collectedAt') ?? (isTried && collectedAt === null ? t('exhibits.say') : undefined)} />
        <TextField label={t('exhibits.collected.where')} isOptional value={collectedWhere} onValue={setWhere} maxLength={300} autoComplete="off" />
        <TextField label={t('exhibits.marks')} isOptional value={marks} onValue={setMarks} maxLength={500} autoComplete="off" />
        <TextField label={t('exhibits.packaging')} isOptional value={packaging} onValue={setPackaging} maxLength={300} autoComplete="off" />
        <TextField label={t('exhibits.seal')} isOptional value={seal} onValue={setSeal} maxLength={60} autoComplete="off" />
        <PlaceField value={place} onValue={setPlace} error={problem?.of('/placeId')} />
        <TextArea label={t('exhibits.description')} isOptional rows={3} value={description} onValue={setDescription} maxLength={4000} />
      </div>
    </Dialog>
  );
}
