import { useState } from 'react';
import { FilesPart } from '#platform/files/web/public.tsx';
import { RecordLink } from '#platform/web/navigation.tsx';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { TwoTimes } from '#ui/time.tsx';
import type { Incident, MergeEnd } from '../../contract.ts';
import { unmergeIncident } from '../../merge-contract.ts';
import css from '../incidents.module.css';
import { t } from './messages.en.ts';

type Apart = { id: string; number: string; into: string };

/** To which incident this one points, or which point to it; and how they are taken apart. */
export function MergePanel({ incident }: { incident: Incident }) {
  const [apart, setApart] = useState<Apart | null>(null);
  const mayPart = incident.mine.includes('incidents:close');
  const { mergedInto, merged } = incident;
  if (mergedInto === null && merged.length === 0) return null;
  return (
    <Panel title={mergedInto ? t('merge.into') : t('merge.with')}>
      <ul className={css.items}>
        {mergedInto && <End incident={incident} end={mergedInto} words={t('merge.into.words')} onApart={mayPart ? () => setApart({ id: incident.id, number: incident.number, into: mergedInto.number }) : null} />}
        {merged.map((one) => <End key={one.id} incident={incident} end={one} onApart={mayPart ? () => setApart({ id: one.id, number: one.number, into: incident.number }) : null} />)}
      </ul>
      {apart && <ApartDialog apart={apart} onClose={() => setApart(null)} />}
    </Panel>
  );
}

function End({ incident, end, words, onApart }: { incident: Incident; end: MergeEnd; words?: string; onApart: (() => void) | null }) {
  return (
    <li className={css.item}>
      <div className={css.itemWords}>
        <div>{words} <RecordLink kind="incidents.incident" id={end.id}>{end.number}, {end.title}</RecordLink></div>
        <div className="small t2"><TwoTimes at={end.at} siteZone={incident.timeZone ?? undefined} /> {t('merge.by', { who: end.by })}: {end.reason}</div>
        {words && <p className="small t2">{t('merge.into.lives')}</p>}
      </div>
      {onApart && <Button look="quiet" onClick={onApart} aria-label={t('merge.apart.of', { number: words ? incident.number : end.number })}>{t('merge.apart')}</Button>}
    </li>
  );
}

function ApartDialog({ apart, onClose }: { apart: Apart; onClose: () => void }) {
  const sending = useSend('incidents', unmergeIncident);
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const lacks = reason.trim().length < 3;
  const save = async (): Promise<void> => {
    setChecked(true);
    if (lacks) return;
    await sending.send({ id: apart.id, reason: reason.trim() }).then(() => { announce(t('merge.apart.done', { number: apart.number })); onClose(); }, () => undefined);
  };
  return (
    <Dialog title={t('merge.apart.title', apart)} onClose={onClose} onSubmit={() => void save()} actions={<><Button onClick={onClose}>{t('merge.cancel')}</Button><Button type="submit" look="filled" isBusy={sending.isBusy}>{t('merge.apart')}</Button></>}>
      <div className={css.form}>
        {sending.problem && <FaultSummary faults={sending.problem.errors} detail={sending.problem.detail} />}
        <p>{t('merge.apart.words', apart)}</p>
        <TextField label={t('merge.apart.reason')} value={reason} onValue={setReason} maxLength={1_000} autoComplete="off" autoFocus error={isChecked && lacks ? t('merge.reason.missing') : undefined} />
      </div>
    </Dialog>
  );
}

/** The files of an incident that was merged into this one; they are added there. */
export const FilesOfMerged = ({ merged, siteZone }: { merged: MergeEnd; siteZone: string | null }) => (
  <section aria-label={t('merge.files', { number: merged.number })}>
    <h3 className={css.logOf}>{t('merge.files', { number: merged.number })}</h3>
    <FilesPart recordId={merged.id} siteZone={siteZone ?? undefined} mayAdd={false} />
  </section>
);
