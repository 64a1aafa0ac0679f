import { useState } from 'react';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { SitePicker } from '#modules/sites/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, FilledIn, SelectField, TextArea, TextField } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import { openCase } from '../contract.ts';
import css from './cases.module.css';
import { t } from './messages.en.ts';
import { TYPE_CHOICES } from './words.tsx';

/** The incident or alarm that a case is opened from. */
export type From = { id: string; number: string; title: string };

/** Opens a case behind a wall of its own; what that means is said first. */
export function OpenDialog({ from, onClose, onOpened }: { from?: From; onClose: () => void; onOpened: (id: string) => void }) {
  const sending = useSend('cases', openCase);
  const [title, setTitle] = useState(from?.title ?? '');
  const [type, setType] = useState('');
  const [summary, setSummary] = useState('');
  const [site, setSite] = useState<Option | null>(null);
  const [custodian, setCustodian] = useState<Option | null>(null);
  const [isTried, setTried] = useState(false);
  const { problem } = sending;
  const submit = (): void => {
    setTried(true);
    if (title.trim() === '' || type === '' || !custodian) return;
    const given = { title: title.trim(), type, summary: summary.trim(), custodianId: custodian.value, ...(from ? { fromId: from.id } : { siteId: site?.value ?? null }) };
    void sending.send(given).then(({ id, number }) => {
      announce(t('cases.opened.said', { number }));
      onOpened(id);
    }, () => undefined);
  };
  return (
    <Dialog size="wide" title={t('cases.open')} onClose={onClose} onSubmit={submit} actions={<><Button onClick={onClose}>{t('cases.cancel')}</Button><Button type="submit" look="filled" isBusy={sending.isBusy}>{t('cases.open')}</Button></>}>
      <div className={css.form}>
        {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
        <p className="t2">{t('cases.open.said')}</p>
        {from && <FilledIn label={t('cases.from')} value={<><span className="mono">{from.number}</span> {from.title}</>} />}
        <TextField label={t('cases.what')} value={title} onValue={setTitle} maxLength={200} autoComplete="off" error={problem?.of('/title') ?? (isTried && title.trim() === '' ? t('cases.what.missing') : undefined)} />
        <SelectField label={t('cases.type')} value={type} onValue={setType} placeholder={t('cases.choose')} choices={TYPE_CHOICES} error={problem?.of('/type') ?? (isTried && type === '' ? t('cases.type.missing') : undefined)} />
        {!from && <SitePicker label={t('cases.site')} isOptional value={site} onValue={setSite} error={problem?.of('/siteId')} />}
        <PersonPicker label={t('cases.custodian')} help={t('cases.custodian.help')} value={custodian} onValue={setCustodian} error={problem?.of('/custodianId') ?? (isTried && !custodian ? t('cases.custodian.missing') : undefined)} />
        <TextArea label={t('cases.summary')} isOptional rows={4} value={summary} onValue={setSummary} maxLength={20_000} error={problem?.of('/summary')} />
      </div>
    </Dialog>
  );
}
