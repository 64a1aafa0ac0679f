import { useState } from 'react';
import { ProblemError } from '#platform/web/call.ts';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import { type Factor, signInByRecoveryCode, signInByTotp } from '../../contract.ts';
import { t as door } from '../messages.en.ts';
import { knowsPasskeys } from '../passkeys/ceremony.ts';
import { t as passkeys } from '../passkeys/messages.en.ts';
import { usePasskeySignIn } from '../passkeys/use-passkey.ts';
import { useCountdown } from '../use-countdown.ts';
import css from './factors.module.css';
import { t } from './messages.en.ts';
import { CodeField } from './totp-setup.tsx';

type By = 'passkey' | 'totp' | 'recovery';
type SecondStepProps = { factors: readonly Factor[]; onIn: () => void; onBack: () => void };

const WAYS = { passkey: passkeys('identity.passkeys.use'), totp: t('identity.step.by-totp'), recovery: t('identity.step.by-recovery') };
const WORDS = { passkey: 'identity.step.second.passkey', totp: 'identity.step.second.totp', recovery: 'identity.step.second.recovery' } as const;

/** The second step of a sign-in: a passkey, a code of the app, or a recovery code. */
export function SecondStep({ factors, onIn, onBack }: SecondStepProps) {
  const ways = (['passkey', 'totp', 'recovery'] as const).filter((way) => factors.includes(way) && (way !== 'passkey' || knowsPasskeys()));
  const [by, setBy] = useState<By>(ways[0] ?? 'recovery');
  const others = ways.filter((way) => way !== by);
  return (
    <>
      {by === 'passkey' ? <PasskeyStep onIn={onIn} /> : <CodeStep key={by} by={by} onIn={onIn} />}
      <div className={css.form}>
        {others.map((way) => <Button key={way} look="quiet" onClick={() => setBy(way)}>{WAYS[way]}</Button>)}
        <Button look="quiet" onClick={onBack}>{t('identity.step.back')}</Button>
      </div>
    </>
  );
}

function PasskeyStep({ onIn }: { onIn: () => void }) {
  const { run, isBusy, fault } = usePasskeySignIn();
  return (
    <div className={css.form}>
      <p className="t2">{t(WORDS.passkey)}</p>
      <FaultSummary faults={[]} detail={fault} />
      <Button look="filled" size="large" isBusy={isBusy} autoFocus onClick={() => void run().then(onIn, () => undefined)}>{WAYS.passkey}</Button>
    </div>
  );
}

function CodeStep({ by, onIn }: { by: 'totp' | 'recovery'; onIn: () => void }) {
  const sends = { totp: useSend('identity', signInByTotp), recovery: useSend('identity', signInByRecoveryCode) };
  const { send, isBusy, problem } = sends[by];
  const [code, setCode] = useState('');
  const [isTried, setTried] = useState(false);
  const [leftS, wait] = useCountdown();
  const submit = async (): Promise<void> => {
    setTried(true);
    if (code.trim() === '' || leftS > 0) return;
    try {
      const { codesLeft } = await send({ code: code.trim() });
      if (codesLeft !== undefined) announce(t('identity.step.codes-left', { n: codesLeft }));
      onIn();
    } catch (error) {
      if (error instanceof ProblemError && error.status === 429) wait(error.retryAfterS ?? 30);
      if (error instanceof ProblemError && error.status === 401) setCode('');
    }
  };
  const fault = leftS > 0 ? door('identity.wait', { n: leftS }) : problem?.status === 429 ? undefined : problem?.detail;
  const isMissing = isTried && code.trim() === '' && !problem;
  return (
    <Form className={css.form} onSubmit={() => void submit()}>
      <p className="t2">{t(WORDS[by])}</p>
      <FaultSummary faults={[]} detail={isBusy ? undefined : fault} />
      {by === 'totp'
        ? <CodeField label={t('identity.step.code')} value={code} onValue={setCode} isFirst error={isMissing ? t('identity.step.code.missing') : undefined} />
        : <TextField label={t('identity.step.recovery-code')} help={t('identity.step.recovery-code.help')} autoComplete="off" spellCheck={false} autoFocus value={code} onValue={setCode} error={isMissing ? t('identity.step.recovery-code.missing') : undefined} />}
      <Button type="submit" look="filled" size="large" isBusy={isBusy} disabled={leftS > 0}>{t('identity.step.go-on')}</Button>
    </Form>
  );
}
