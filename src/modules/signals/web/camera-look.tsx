import { useState } from 'react';
import { JobProgress } from '#platform/jobs/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { type CameraSearch, type FoundCamera, searchCameras } from '../camera-contract.ts';
import { t } from './messages.en.ts';
import css from './signals.module.css';
import { TakeCamera } from './camera-take.tsx';

/** Cameras that answer when they are looked for, as a job that can be stopped; one of them is asked what it is and taken as a source, with its devices. */
export function CameraLook({ onClose }: { onClose: () => void }) {
  const sending = useSend('signals', searchCameras);
  const [range, setRange] = useState('');
  const [jobId, setJobId] = useState<string | null>(null);
  const [search, setSearch] = useState<CameraSearch | null>(null);
  const [taking, setTaking] = useState<FoundCamera | null>(null);
  if (taking) return <TakeCamera camera={taking} onClose={onClose} onBack={() => setTaking(null)} />;
  const look = async (): Promise<void> => {
    setSearch(null);
    setJobId(null);
    setJobId((await sending.send({ range: range.trim() === '' ? null : range.trim() })).jobId);
  };
  return (
    <Dialog title={t('signals.look')} onClose={onClose} onSubmit={() => void look().catch(() => undefined)} actions={<><Button type="submit" size="large" look={search ? 'plain' : 'filled'} isBusy={sending.isBusy}>{t(search ? 'signals.look.again' : 'signals.look.start')}</Button><Button size="large" onClick={onClose}>{t('signals.cancel')}</Button></>}>
      {sending.problem && <FaultSummary faults={sending.problem.errors} detail={sending.problem.detail} />}
      <p className="t2">{t('signals.look.what')}</p>
      <TextField label={t('signals.look.range')} help={t('signals.look.range.help')} isOptional value={range} onValue={setRange} error={sending.problem?.of('/range')} autoComplete="off" spellCheck={false} />
      {jobId && !search && <JobProgress key={jobId} id={jobId} onDone={(result) => setSearch(result as CameraSearch)} />}
      {search && <Answers search={search} onTake={setTaking} />}
    </Dialog>
  );
}

const LEFT = ['elsewhere', 'unreadable', 'beyond'] as const;

const Answers = ({ search: { items, left }, onTake }: { search: CameraSearch; onTake: (camera: FoundCamera) => void }) => (
  <section role="status">
    {items.length === 0 ? <Empty>{t('signals.look.none')}</Empty> : (
      <>
        <h3 className="label">{t('signals.look.found', { n: items.length })}</h3>
        <ul className={css.found} aria-label={t('signals.look')}>{items.map((camera) => <Answer key={camera.address} camera={camera} onTake={onTake} />)}</ul>
      </>
    )}
    {LEFT.map((why) => left[why] > 0 && <p key={why} className="t2 small">{t(`signals.look.${why}`, { n: left[why] })}</p>)}
  </section>
);

function Answer({ camera, onTake }: { camera: FoundCamera; onTake: (camera: FoundCamera) => void }) {
  const { name, address, maker, model, place, sourceId, refusal } = camera;
  return (
    <li>
      <span>
        <b className="strong">{name || address}</b> <span className="t2">{[maker, model, place].filter(Boolean).join(' · ')}</span><br /><span className="mono small">{address}</span>
        {refusal !== null && sourceId === null && <><br /><span className="small">{t('signals.look.not-allowed', { why: refusal })}</span></>}
      </span>
      {sourceId === null ? refusal === null && <Button aria-label={t('signals.look.take.of', { name: name || address })} onClick={() => onTake(camera)}>{t('signals.look.take')}</Button> : <Tag look="ok">{t('signals.look.known')}</Tag>}
    </li>
  );
}
