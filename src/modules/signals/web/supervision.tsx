import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, SelectField } from '#ui/field.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { changeSource, type Source } from '../contract.ts';
import { t } from './messages.en.ts';

const EVERY_S = [30, 60, 90, 180, 300, 900, 3_600, 90_000];

/** Seconds in the largest unit that fits. */
const span = (seconds: number): string => (seconds % 3_600 === 0 ? t('signals.watch.hours', { n: seconds / 3_600 }) : seconds % 60 === 0 ? t('signals.watch.minutes', { n: seconds / 60 }) : t('signals.watch.seconds', { n: seconds }));

/** Which sources can be watched: of every protocol, by the process that listens for it. */
export const isWatchable = ({ state }: Source): boolean => state === 'active';

/** How a source is watched, in words. */
export const watchWords = ({ superviseS }: Source): string => (superviseS === null ? t('signals.watch.none') : t('signals.watch.every', { span: span(superviseS) }));

/** Says that a source is silent, and since when. */
export const Silent = ({ source }: { source: Source }) => source.silentSince && (
  <p role="status"><b>{t('signals.watch.silent')}</b> {t('signals.watch.silent.since')} <TwoTimes at={source.silentSince} seconds /></p>
);

/** Sets how often a source must be heard. */
export function WatchDialog({ source, onClose }: { source: Source; onClose: () => void }) {
  const sending = useSend('signals', changeSource);
  const [version] = useState(source.version);
  const [every, setEvery] = useState(String(source.superviseS ?? ''));
  const known = source.superviseS === null || EVERY_S.includes(source.superviseS) ? EVERY_S : [...EVERY_S, source.superviseS].sort((a, b) => a - b);
  const choices = [{ value: '', title: t('signals.watch.none') }, ...known.map((seconds) => ({ value: String(seconds), title: t('signals.watch.every', { span: span(seconds) }) }))];
  const submit = async (): Promise<void> => {
    await sending.send({ id: source.id, superviseS: every === '' ? null : Number(every) }, { ifMatch: version });
    announce(t('signals.sources.changed', { name: source.name }));
    onClose();
  };
  return (
    <Dialog title={t('signals.watch.title', { name: source.name })} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" size="large" look="filled" isBusy={sending.isBusy}>{t('signals.sources.save')}</Button><Button size="large" onClick={onClose}>{t('signals.cancel')}</Button></>}>
      {sending.problem && <FaultSummary faults={sending.problem.errors} detail={sending.problem.detail} />}
      <SelectField label={t('signals.watch')} help={t('signals.watch.help')} value={every} onValue={setEvery} choices={choices} error={sending.problem?.of('/superviseS')} />
    </Dialog>
  );
}
