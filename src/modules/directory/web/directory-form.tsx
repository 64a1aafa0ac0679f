import { useState } from 'react';
import { listProviders } from '#modules/identity/contract.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, ChoiceGroup, FaultSummary, SelectField, TextField } from '#ui/field.tsx';
import { Asked } from '#ui/states.tsx';
import { addDirectory, changeDirectory, type Directory, type SubjectFrom } from '../contract.ts';
import { t } from './messages.en.ts';

const SUBJECTS = ['external-id', 'user-name'] as const;

const Adopts = ({ isOn, onValue }: { isOn: boolean; onValue: (isOn: boolean) => void }) => (
  <>
    <CheckField label={t('directory.adopts')} isOn={isOn} onValue={onValue} />
    <p className="t2">{t('directory.adopts.help')}</p>
  </>
);

/** Adds a directory. With which provider it goes together stays as it is said here. */
export function AddDirectory({ onClose }: { onClose: () => void }) {
  const providers = useRead('identity', listProviders, {});
  const { send, isBusy, problem } = useSend('directory', addDirectory);
  const [name, setName] = useState('');
  const [providerId, setProviderId] = useState('');
  const [subjectFrom, setSubjectFrom] = useState<SubjectFrom>('external-id');
  const [adopts, setAdopts] = useState(false);
  const [isTried, setTried] = useState(false);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (name.trim() === '') return;
    await send({ name: name.trim(), providerId: providerId || null, subjectFrom: providerId === '' ? 'none' : subjectFrom, adopts });
    announce(t('directory.added', { name: name.trim() }));
    onClose();
  };
  return (
    <Dialog title={t('directory.new')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('directory.add')}</Button><Button onClick={onClose}>{t('directory.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextField label={t('directory.name')} help={t('directory.name.help')} autoComplete="off" value={name} onValue={setName} error={problem?.of('/name') ?? (isTried && name.trim() === '' ? t('directory.name.missing') : undefined)} />
      <Asked reading={providers}>
        {({ items }) => <SelectField label={t('directory.provider')} help={t('directory.provider.help')} value={providerId} onValue={setProviderId} choices={[{ value: '', title: t('directory.provider.none') }, ...items.map(({ id, name: title }) => ({ value: id, title }))]} error={problem?.of('/providerId')} />}
      </Asked>
      {providerId !== '' && <ChoiceGroup label={t('directory.subject')} value={subjectFrom} onValue={(value) => setSubjectFrom(value as SubjectFrom)} choices={SUBJECTS.map((value) => ({ value, title: t(`directory.subject.${value}`), hint: t(`directory.subject.${value}.hint`) }))} error={problem?.of('/subjectFrom')} />}
      <Adopts isOn={adopts} onValue={setAdopts} />
    </Dialog>
  );
}

export function ChangeDirectory({ directory, onClose }: { directory: Directory; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('directory', changeDirectory);
  const [name, setName] = useState(directory.name);
  const [adopts, setAdopts] = useState(directory.adopts);
  const submit = async (): Promise<void> => {
    if (name.trim() === '') return;
    await send({ id: directory.id, name: name.trim(), adopts });
    announce(t('directory.saved', { name: name.trim() }));
    onClose();
  };
  return (
    <Dialog title={t('directory.change.of', directory)} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('directory.save')}</Button><Button onClick={onClose}>{t('directory.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextField label={t('directory.name')} help={t('directory.name.help')} autoComplete="off" value={name} onValue={setName} error={problem?.of('/name') ?? (name.trim() === '' ? t('directory.name.missing') : undefined)} />
      <Adopts isOn={adopts} onValue={setAdopts} />
    </Dialog>
  );
}
