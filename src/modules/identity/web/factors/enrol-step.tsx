import { useEffect, useRef, useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Failed, Waiting } from '#ui/states.tsx';
import { beginTotpAtSignIn, confirmTotpAtSignIn, type TotpBegun } from '../../contract.ts';
import css from './factors.module.css';
import { t } from './messages.en.ts';
import { RecoveryCodes } from './recovery-codes.tsx';
import { TotpSetup } from './totp-setup.tsx';

/** Setting up a second factor within a sign-in, since a role requires one: the app, its first code, the recovery codes, and in. */
export function EnrolStep({ onIn, onBack }: { onIn: () => void; onBack: () => void }) {
  const beginning = useSend('identity', beginTotpAtSignIn);
  const confirming = useSend('identity', confirmTotpAtSignIn);
  const [begun, setBegun] = useState<TotpBegun | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const isAsked = useRef(false);
  const begin = (): void => void beginning.send({}).then(setBegun, () => undefined);
  useEffect(() => {
    // The half of a sign-in begins one app, also where the page is drawn twice.
    if (!isAsked.current) begin();
    isAsked.current = true;
  });
  const confirm = async (code: string): Promise<void> => {
    const { recoveryCodes } = await confirming.send({ code });
    if (recoveryCodes) setCodes(recoveryCodes);
    else onIn();
  };
  if (codes) return <RecoveryCodes codes={codes} onKept={onIn} />;
  return (
    <div className={css.setup}>
      <p className="t2">{t('identity.step.enrol.why')}</p>
      {begun && <TotpSetup begun={begun} isBusy={confirming.isBusy} problem={confirming.problem} onCode={(code) => void confirm(code).catch(() => undefined)} />}
      {!begun && (beginning.problem ? <Failed problem={beginning.problem} onAgain={begin} /> : <Waiting rows={3} />)}
      <Button look="quiet" onClick={onBack}>{t('identity.step.back')}</Button>
    </div>
  );
}
