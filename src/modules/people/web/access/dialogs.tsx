import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextArea } from '#ui/field.tsx';
import { endSessionsOfPerson, makeResetLink, type Person, resetFactors } from '../../contract.ts';
import { Consequences } from '../person-dialogs.tsx';
import css from './access.module.css';
import { t } from './messages.en.ts';

type DialogProps = { person: Person; onClose: () => void };

/** Takes every second factor away from who lost theirs. */
export function ResetFactorsDialog({ person: { id, name }, onClose }: DialogProps) {
  const { send, isBusy, problem } = useSend('people', resetFactors);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const isMissing = reason.trim().length < 3;
  const reset = async (): Promise<void> => {
    setTried(true);
    if (isMissing) return;
    await send({ id, reason: reason.trim() });
    announce(t('people.access.reset.done', { name }));
    onClose();
  };
  return (
    <Dialog title={t('people.access.reset.of', { name })} onClose={onClose} onSubmit={() => void reset().catch(() => undefined)} actions={<><Button type="submit" look="danger" isBusy={isBusy}>{t('people.access.reset')}</Button><Button onClick={onClose}>{t('people.access.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p>{t('people.access.reset.what', { name })} <b className="strong">{t('people.access.reset.sure', { name })}</b></p>
      <Consequences lines={[t('people.access.sessions-end', { name }), t('people.access.walls', { name }), t('people.access.ledger')]} />
      <TextArea label={t('people.access.reason')} rows={2} value={reason} onValue={setReason} error={problem?.of('/reason') ?? (isTried && isMissing ? t('people.access.reason.missing') : undefined)} />
    </Dialog>
  );
}

/** Makes a link with which a person sets a password of their own, and shows it once. */
export function ResetLinkDialog({ person: { id, name }, onClose }: DialogProps) {
  const { send, isBusy, problem } = useSend('people', makeResetLink);
  const [url, setUrl] = useState<string | null>(null);
  const make = async (): Promise<void> => setUrl((await send({ id })).url);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(url ?? '');
    announce(t('people.access.link.copied'));
  };
  if (url !== null) {
    return (
      <Dialog title={t('people.access.link.of', { name })} onClose={onClose} actions={<Button look="filled" onClick={onClose}>{t('people.access.link.kept')}</Button>}>
        <p className="strong">{t('people.access.link.made', { name })}</p>
        <div className={css.box}><code className="mono" role="group" aria-label={t('people.access.link.label', { name })}>{url}</code><Button onClick={() => void copy().catch(() => undefined)}>{t('people.access.link.copy')}</Button></div>
      </Dialog>
    );
  }
  return (
    <Dialog title={t('people.access.link.of', { name })} onClose={onClose} actions={<><Button look="danger" isBusy={isBusy} onClick={() => void make().catch(() => undefined)}>{t('people.access.link.do')}</Button><Button onClick={onClose} data-autofocus>{t('people.access.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p>{t('people.access.link.what', { name })}</p>
      <Consequences lines={[t('people.access.walls', { name }), t('people.access.ledger')]} />
    </Dialog>
  );
}

/** Ends every session of a person. */
export function EndAllDialog({ person: { id, name }, onClose }: DialogProps) {
  const { send, isBusy, problem } = useSend('people', endSessionsOfPerson);
  const end = async (): Promise<void> => {
    const { ended } = await send({ id });
    announce(t('people.access.sessions.ended', { n: ended }));
    onClose();
  };
  return (
    <Dialog title={t('people.access.sessions.end-all.of', { name })} onClose={onClose} actions={<><Button look="danger" isBusy={isBusy} onClick={() => void end().catch(() => undefined)}>{t('people.access.sessions.end-all')}</Button><Button onClick={onClose} data-autofocus>{t('people.access.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p>{t('people.access.sessions.end-all.what', { name })}</p>
    </Dialog>
  );
}
