import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { FaultSummary } from '#ui/field.tsx';
import { beginTotpAtSignIn, confirmTotpAtSignIn, type Factor, type TotpBegun } from '../../contract.ts';
import { agentWords } from '../account/session-words.ts';
import { knowsPasskeys } from '../passkeys/ceremony.ts';
import { t as passkeys } from '../passkeys/messages.en.ts';
import { usePasskeyEnrolment } from '../passkeys/use-passkey.ts';
import css from './factors.module.css';
import { t } from './messages.en.ts';
import { RecoveryCodes } from './recovery-codes.tsx';
import { TotpSetup } from './totp-setup.tsx';

/** Setting up a second factor within a sign-in, since a role requires one: an app or a passkey, the recovery codes, and in. */
export function EnrolStep({ factors, onIn, onBack }: { factors: readonly Factor[]; onIn: () => void; onBack: () => void }) {
  const beginning = useSend('identity', beginTotpAtSignIn);
  const confirming = useSend('identity', confirmTotpAtSignIn);
  const enrolment = usePasskeyEnrolment();
  const [begun, setBegun] = useState<TotpBegun | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const shown = (recoveryCodes: readonly string[] | null): void => (recoveryCodes ? setCodes(recoveryCodes) : onIn());
  const begin = async (): Promise<void> => setBegun(await beginning.send({}));
  const confirm = async (code: string): Promise<void> => shown((await confirming.send({ code })).recoveryCodes);
  const makePasskey = async (): Promise<void> => shown((await enrolment.run(agentWords(navigator.userAgent) ?? passkeys('identity.passkeys'))).recoveryCodes);
  if (codes) return <RecoveryCodes codes={codes} onKept={onIn} />;
  return (
    <div className={css.setup}>
      <p className="t2">{t('identity.step.enrol.why')}</p>
      {begun ? (
        <TotpSetup begun={begun} isBusy={confirming.isBusy} problem={confirming.problem} onCode={(code) => void confirm(code).catch(() => undefined)} />
      ) : (
        <>
          <FaultSummary faults={[]} detail={beginning.isBusy ? undefined : (beginning.problem?.detail ?? enrolment.fault)} />
          <Button size="large" isBusy={beginning.isBusy} onClick={() => void begin().catch(() => undefined)}>{t('identity.second.set-up')}</Button>
          {factors.includes('passkey') && knowsPasskeys() && <Button size="large" isBusy={enrolment.isBusy} onClick={() => void makePasskey().catch(() => undefined)}>{passkeys('identity.passkeys.set-up')}</Button>}
        </>
      )}
      <Button look="quiet" onClick={onBack}>{t('identity.step.back')}</Button>
    </div>
  );
}
