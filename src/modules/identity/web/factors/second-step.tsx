import { useState } from 'react';
import { ProblemError } from '#platform/web/call.ts';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import { type Factor, signInByRecoveryCode, signInByTotp } from '../../contract.ts';
import { t as door } from '../messages.en.ts';
import { useCountdown } from '../use-countdown.ts';
import css from './factors.module.css';
import { t } from './messages.en.ts';
import { CodeField } from './totp-setup.tsx';

type SecondStepProps = { factors: readonly Factor[]; onIn: () => void; onBack: () => void };

/** The second step of a sign-in: a code of the app, or a recovery code. */
export function SecondStep({ factors, onIn, onBack }: SecondStepProps) {
  const [by, setBy] = useState<'totp' | 'recovery'>(factors.includes('totp') ? 'totp' : 'recovery');
  const byTotp = useSend('identity', signInByTotp);
  const byRecovery = useSend('identity', signInByRecoveryCode);
  const { isBusy, problem } = by === 'totp' ? byTotp : byRecovery;
  const [code, setCode] = useState('');
  const [isTried, setTried] = useState(false);
  const [leftS, wait] = useCountdown();
  const submit = async (): Promise<void> => {
    setTried(true);
    if (code.trim() === '' || leftS > 0) return;
    try {
      const { codesLeft } = await (by === 'totp' ? byTotp : byRecovery).send({ code: code.trim() });
      if (codesLeft !== undefined) announce(t('identity.step.codes-left', { n: codesLeft }));
      onIn();
    } catch (error) {
      if (error instanceof ProblemError && error.status === 429) wait(error.retryAfterS ?? 30);
      if (error instanceof ProblemError && error.status === 401) setCode('');
    }
  };
  const turnTo = (next: 'totp' | 'recovery'): void => {
    setBy(next);
    setCode('');
    setTried(false);
  };
  const fault = leftS > 0 ? door('identity.wait', { n: leftS }) : problem?.status === 429 ? undefined : problem?.detail;
  const isMissing = isTried && code.trim() === '' && !problem;
  return (
    <Form className={css.form} onSubmit={() => void submit()}>
      <p className="t2">{t(by === 'totp' ? 'identity.step.second.totp' : 'identity.step.second.recovery')}</p>
      <FaultSummary faults={[]} detail={isBusy ? undefined : fault} />
      {by === 'totp'
        ? <CodeField key="totp" label={t('identity.step.code')} value={code} onValue={setCode} isFirst error={isMissing ? t('identity.step.code.missing') : undefined} />
        : <TextField key="recovery" label={t('identity.step.recovery-code')} help={t('identity.step.recovery-code.help')} autoComplete="off" spellCheck={false} autoFocus value={code} onValue={setCode} error={isMissing ? t('identity.step.recovery-code.missing') : undefined} />}
      <Button type="submit" look="filled" size="large" isBusy={isBusy} disabled={leftS > 0}>{t('identity.step.go-on')}</Button>
      {by === 'totp' && factors.includes('recovery') && <Button look="quiet" onClick={() => turnTo('recovery')}>{t('identity.step.by-recovery')}</Button>}
      {by === 'recovery' && factors.includes('totp') && <Button look="quiet" onClick={() => turnTo('totp')}>{t('identity.step.by-totp')}</Button>}
      <Button look="quiet" onClick={onBack}>{t('identity.step.back')}</Button>
    </Form>
  );
}
