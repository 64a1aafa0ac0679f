import { useState } from 'react';
import { ProblemError } from '#platform/web/call.ts';
import { useMe } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button, LinkButton } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { KEPT_DAYS } from '../contract.ts';
import { canKeep } from './keep-shell.ts';
import css from './offline.module.css';
import { t } from './messages.en.ts';
import { sync } from './sync.ts';
import { useDevice } from './use-device.ts';

/** What this browser is called in the list of devices. */
export function agentWords(agent = navigator.userAgent): string {
  const [, browser = ''] = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent) ?? [];
  const [, system = ''] = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent) ?? [];
  return [{ Edg: 'Edge', OPR: 'Opera' }[browser] ?? browser, system].filter(Boolean).join(', ') || 'Browser';
}

/** Takes a record along on this device, after saying what that means; or leads to where it is kept. */
export function TakeAlong({ id, kind, name }: { id: string; kind: string; name: string }) {
  const { state } = useDevice();
  const [isAsking, setAsking] = useState(false);
  if (state.records.some((record) => record.id === id)) return <LinkButton to={`/field?record=${id}`} icon="check">{t('offline.take.taken')}</LinkButton>;
  return (
    <>
      <Button icon="down" onClick={() => setAsking(true)}>{t('offline.take')}</Button>
      {isAsking && <TakeDialog id={id} kind={kind} name={name} onClose={() => setAsking(false)} />}
    </>
  );
}

function TakeDialog({ id, kind, name, onClose }: { id: string; kind: string; name: string; onClose: () => void }) {
  const me = useMe();
  const { state } = useDevice();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const isAnothers = state.meta !== null && state.meta.personId !== me.personId;
  const hindrance = canKeep() ? (isAnothers ? t('offline.take.another', { who: state.meta?.person ?? '' }) : '') : t('offline.take.cannot');
  const take = async (): Promise<void> => {
    setBusy(true);
    try {
      await sync.take({ id, kind, person: me, label: agentWords() });
      announce(t('offline.take.done'));
      onClose();
    } catch (error) {
      setFault(t('offline.take.failed', { why: error instanceof ProblemError ? error.detail : (error as Error).message }));
      setBusy(false);
    }
  };
  return (
    <Dialog title={t('offline.take.title', { name })} onClose={onClose} actions={<><Button onClick={onClose}>{t('offline.cancel')}</Button><Button look="filled" isBusy={isBusy} disabled={hindrance !== ''} onClick={() => void take()}>{t('offline.take')}</Button></>}>
      <div className={css.said}>
        {(hindrance || fault) && <p role="alert" className={css.fault}>{hindrance || fault}</p>}
        <p>{t('offline.take.what', { n: KEPT_DAYS })}</p>
        <p className="t2">{t('offline.take.limits')}</p>
      </div>
    </Dialog>
  );
}
