import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { CheckField, TextArea } from '#ui/field.tsx';
import { writeEntry } from '../../shift-contract.ts';
import { Ask } from './ask.tsx';
import { t } from './messages.en.ts';
import type { About } from './waiting.ts';

/** Writes into the log of one's own shift, about the alarm that is shown where there is one. */
export function EntryDialog({ about, onClose }: { about: About; onClose: () => void }) {
  const sending = useSend('alarms', writeEntry);
  const [words, setWords] = useState('');
  const [isAbout, setAbout] = useState(false);
  const [isTried, setTried] = useState(false);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (words.trim() === '') return;
    await sending.send({ words: words.trim(), aboutId: isAbout && about ? about.id : null });
    announce(t('duty.entry.done'));
    onClose();
  };
  return (
    <Ask title={t('duty.entry.title')} act={t('duty.entry.send')} onClose={onClose} onSubmit={submit} isBusy={sending.isBusy} problem={sending.problem}>
      <TextArea label={t('duty.entry.words')} rows={4} maxLength={4000} value={words} onValue={setWords} data-autofocus error={sending.problem?.of('/words') ?? (isTried && words.trim() === '' ? t('duty.entry.missing') : undefined)} />
      {about && <CheckField label={t('duty.entry.about', { number: about.number, title: about.title })} isOn={isAbout} onValue={setAbout} />}
    </Ask>
  );
}
