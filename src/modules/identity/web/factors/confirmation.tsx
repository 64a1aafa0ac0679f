import { type ReactNode, useState } from 'react';
import { ProblemError } from '#platform/web/call.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { ChoiceGroup, FaultSummary, TextField } from '#ui/field.tsx';
import { Asked } from '#ui/states.tsx';
import { confirm, myFactors, type Provable } from '../../contract.ts';
import { usePasskeyProof } from '../passkeys/use-passkey.ts';
import { t } from './messages.en.ts';
import { CodeField } from './totp-setup.tsx';

/**
 * For work that the server only does for who has just shown that it is them: `run` does it, and where the server asks
 * first, opens the question and does it then. Draw `dialog` beside what begins the work.
 */
export function useConfirmation(): { run: (work: () => Promise<unknown>) => Promise<void>; dialog: ReactNode } {
  const [waiting, setWaiting] = useState<{ work: () => Promise<unknown> } | null>(null);
  const run = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code !== 'identity.confirm_first') throw error;
      setWaiting({ work });
    }
  };
  const close = (): void => setWaiting(null);
  const dialog = waiting && <ConfirmDialog onClose={close} onDone={() => { close(); void waiting.work().catch(() => undefined); }} />;
  return { run, dialog };
}

function ConfirmDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const reading = useRead('identity', myFactors, {});
  return (
    <Asked reading={reading} waiting={null}>
      {({ confirming }) => {
        const [first] = confirming.by;
        return first ? <ConfirmForm by={confirming.by} first={first} onClose={onClose} onDone={onDone} /> : <Dialog title={t('identity.confirm')} onClose={onClose} actions={<Button onClick={onClose}>{t('identity.factors.cancel')}</Button>}><p>{t('identity.confirm.nothing')}</p></Dialog>;
      }}
    </Asked>
  );
}

const TITLE = { passkey: 'identity.confirm.by.passkey', password: 'identity.confirm.by.password', totp: 'identity.confirm.by.totp', recovery: 'identity.confirm.by.recovery' } as const;

function ConfirmForm({ by: all, first, onClose, onDone }: { by: readonly Provable[]; first: Provable; onClose: () => void; onDone: () => void }) {
  const confirming = useSend('identity', confirm);
  const proof = usePasskeyProof();
  const [by, setBy] = useState(first);
  const isBusy = confirming.isBusy || proof.isBusy;
  const problem = by === 'passkey' ? null : confirming.problem;
  const [secret, setSecret] = useState('');
  const submit = async (): Promise<void> => {
    if (by === 'passkey') await proof.run();
    else if (secret.trim() === '') return;
    else await confirming.send({ by, secret });
    onDone();
  };
  const error = isBusy ? undefined : problem?.of('/secret');
  return (
    <Dialog title={t('identity.confirm')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('identity.confirm.do')}</Button><Button onClick={onClose}>{t('identity.factors.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={by === 'passkey' ? proof.fault : error === undefined && !isBusy ? problem?.detail : undefined} />
      <p className="t2">{t('identity.confirm.what')}</p>
      {all.length > 1 && <ChoiceGroup label={t('identity.confirm.by')} value={by} onValue={(next) => { setBy(next as Provable); setSecret(''); }} choices={all.map((one) => ({ value: one, title: t(TITLE[one]) }))} />}
      {by === 'totp' && <CodeField label={t(TITLE.totp)} value={secret} onValue={setSecret} error={error} />}
      {(by === 'password' || by === 'recovery') && <TextField label={t(TITLE[by])} type={by === 'password' ? 'password' : 'text'} autoComplete={by === 'password' ? 'current-password' : 'off'} spellCheck={false} value={secret} onValue={setSecret} error={error} />}
    </Dialog>
  );
}
