import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { ChoiceGroup, FaultSummary, TextArea, TextField } from '#ui/field.tsx';
import { type Destination, endDestination, type MadeDestination, pauseDestination, renewSecret, replayMessages } from '../contract.ts';
import { SecretOnce } from './destination-form.tsx';
import { t } from './messages.en.ts';

type AskProps = { destination: Destination; onClose: () => void };
type ReasonProps = AskProps & { title: string; what?: string; act: string; isDanger?: boolean; isBusy: boolean; detail: string | undefined; onReason: (reason: string) => Promise<unknown> };

function AskReason({ onClose, title, what, act, isDanger = false, isBusy, detail, onReason }: ReasonProps) {
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const fault = reason.trim().length >= 3 ? undefined : t('destinations.reason.missing');
  const submit = (): void => {
    setTried(true);
    if (!fault) void onReason(reason.trim()).catch(() => undefined);
  };
  return (
    <Dialog title={title} onClose={onClose} onSubmit={submit} actions={<><Button type="submit" size="large" look={isDanger ? 'danger' : 'filled'} isBusy={isBusy}>{act}</Button><Button size="large" onClick={onClose}>{t('destinations.cancel')}</Button></>}>
      {detail && <FaultSummary faults={[]} detail={detail} />}
      {what && <p>{what}</p>}
      <TextArea label={t('destinations.reason')} rows={2} value={reason} onValue={setReason} error={isTried ? fault : undefined} />
    </Dialog>
  );
}

export function Pause({ destination, onClose }: AskProps) {
  const { send, isBusy, problem } = useSend('convergence', pauseDestination);
  const act = async (reason: string): Promise<void> => {
    await send({ id: destination.id, reason });
    announce(t('destinations.paused', { name: destination.name }));
    onClose();
  };
  return <AskReason destination={destination} onClose={onClose} title={t('destinations.pause.of', { name: destination.name })} what={t('destinations.pause.what')} act={t('destinations.pause')} isBusy={isBusy} detail={problem?.detail} onReason={act} />;
}

export function End({ destination, onClose }: AskProps) {
  const { send, isBusy, problem } = useSend('convergence', endDestination);
  const act = async (reason: string): Promise<void> => {
    await send({ id: destination.id, reason });
    announce(t('destinations.ended', { name: destination.name }));
    onClose();
  };
  return <AskReason destination={destination} onClose={onClose} title={t('destinations.end.of', { name: destination.name })} what={t('destinations.end.what')} act={t('destinations.end')} isDanger isBusy={isBusy} detail={problem?.detail} onReason={act} />;
}

export function Renew({ destination, onClose }: AskProps) {
  const { send, isBusy, problem } = useSend('convergence', renewSecret);
  const [made, setMade] = useState<MadeDestination | null>(null);
  if (made) return <SecretOnce made={made} isNew onClose={onClose} />;
  return <AskReason destination={destination} onClose={onClose} title={t('destinations.secret.new.of', { name: destination.name })} what={t('destinations.secret.overlap')} act={t('destinations.secret.new')} isBusy={isBusy} detail={problem?.detail} onReason={(reason) => send({ id: destination.id, reason }).then(setMade)} />;
}

const DAY_MS = 86_400_000;
/** A moment as the browser's own field writes it, in the reader's zone. */
const localText = (at: Date): string => new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

export function Replay({ destination, onClose }: AskProps) {
  const { send, isBusy, problem } = useSend('convergence', replayMessages);
  const [since, setSince] = useState(() => localText(new Date(Date.now() - DAY_MS)));
  const [what, setWhat] = useState<'given-up' | 'everything'>('given-up');
  const isMoment = !Number.isNaN(Date.parse(since));
  const submit = async (): Promise<void> => {
    if (!isMoment) return;
    const { queued } = await send({ id: destination.id, since: new Date(since).toISOString(), what });
    announce(t('destinations.replayed', { n: queued }));
    onClose();
  };
  return (
    <Dialog title={t('destinations.replay.of', { name: destination.name })} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" size="large" look="filled" isBusy={isBusy}>{t('destinations.replay')}</Button><Button size="large" onClick={onClose}>{t('destinations.cancel')}</Button></>}>
      {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
      <TextField label={t('destinations.replay.since')} type="datetime-local" value={since} onValue={setSince} error={isMoment ? undefined : t('destinations.replay.since.missing')} />
      <ChoiceGroup label={t('destinations.replay.what')} value={what} onValue={(value) => setWhat(value === 'everything' ? 'everything' : 'given-up')} choices={[{ value: 'given-up', title: t('destinations.replay.given-up') }, { value: 'everything', title: t('destinations.replay.everything') }]} />
    </Dialog>
  );
}
