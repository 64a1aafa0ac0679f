import { useState } from 'react';
import { ProblemError } from '#platform/web/call.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { CheckField, FaultSummary, TextField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import { type SignedIn, signIn, signInWays } from '../contract.ts';
import css from './door.module.css';
import { t } from './messages.en.ts';
import { knowsPasskeys } from './passkeys/ceremony.ts';
import { t as passkeys } from './passkeys/messages.en.ts';
import { usePasskeySignIn } from './passkeys/use-passkey.ts';
import { ProviderButtons } from './single/provider-buttons.tsx';
import { useSingleSignOn } from './single/use-single.ts';
import { useCountdown } from './use-countdown.ts';

/** The first step of a sign-in: e-mail and password. */
export function PasswordStep({ to, onShown }: { to: string; onShown: (next: SignedIn) => void }) {
  const signing = useSend('identity', signIn);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [isShown, setShown] = useState(false);
  const [missing, setMissing] = useState({ email: false, password: false });
  const [leftS, wait] = useCountdown();
  const submit = async (): Promise<void> => {
    const lacks = { email: email.trim() === '', password: password === '' };
    setMissing(lacks);
    if (lacks.email || lacks.password || leftS > 0) return;
    try {
      onShown(await signing.send({ email: email.trim(), password }));
    } catch (error) {
      if (error instanceof ProblemError && error.status === 429) wait(error.retryAfterS ?? 30);
    }
  };
  const fault = leftS > 0 ? t('identity.wait', { n: leftS }) : signing.problem?.status === 429 ? undefined : signing.problem?.detail;
  const ways = useRead('identity', signInWays, {});
  const passkey = usePasskeySignIn();
  const single = useSingleSignOn();
  return (
    <Form className={css.form} onSubmit={() => void submit()}>
      <FaultSummary faults={[]} detail={signing.isBusy ? undefined : (fault ?? passkey.fault ?? (single.isBusy ? undefined : single.fault))} />
      <TextField label={t('identity.email')} type="email" name="email" autoComplete="username" inputMode="email" autoFocus spellCheck={false} value={email} onValue={setEmail} error={missing.email && email.trim() === '' ? t('identity.email.missing') : undefined} />
      <TextField label={t('identity.password')} type={isShown ? 'text' : 'password'} name="password" autoComplete="current-password" value={password} onValue={setPassword} error={missing.password && password === '' ? t('identity.password.missing') : undefined} />
      <CheckField label={t('identity.show')} isOn={isShown} onValue={setShown} />
      <Button type="submit" look="filled" size="large" isBusy={signing.isBusy} disabled={leftS > 0}>{t('identity.sign-in')}</Button>
      {ways.data?.passkeys && knowsPasskeys() && <Button size="large" isBusy={passkey.isBusy} onClick={() => void passkey.run().then(onShown, () => undefined)}>{passkeys('identity.passkeys.sign-in')}</Button>}
      <ProviderButtons providers={ways.data?.providers ?? []} to={to} single={single} />
    </Form>
  );
}
