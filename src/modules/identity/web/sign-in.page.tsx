import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { ProblemError } from '#platform/web/call.ts';
import { ownAddress, useGo } from '#platform/web/navigation.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { CheckField, FaultSummary, TextField } from '#ui/field.tsx';
import { setupState, signIn } from '../contract.ts';
import { Door } from './door.tsx';
import css from './door.module.css';
import { t } from './messages.en.ts';
import { useCountdown } from './use-countdown.ts';

const VIEW = viewOf({ to: text() });

export default function SignInPage() {
  const [{ to }] = useView(VIEW);
  const go = useGo();
  const cache = useQueryClient();
  const setup = useRead('identity', setupState, {});
  const signing = useSend('identity', signIn);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [isShown, setShown] = useState(false);
  const [missing, setMissing] = useState({ email: false, password: false });
  const [leftS, wait] = useCountdown();
  useWhere({ title: t('identity.sign-in') });
  const needsSetup = setup.data?.needed === true;
  useEffect(() => {
    if (needsSetup) go('/setup', { replace: true });
  }, [needsSetup, go]);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const lacks = { email: email.trim() === '', password: password === '' };
    setMissing(lacks);
    if (lacks.email || lacks.password || leftS > 0) return;
    try {
      await signing.send({ email: email.trim(), password });
      cache.removeQueries();
      go(ownAddress(to), { replace: true });
    } catch (error) {
      if (error instanceof ProblemError && error.status === 429) wait(error.retryAfterS ?? 30);
    }
  };
  const fault = leftS > 0 ? t('identity.wait', { n: leftS }) : signing.problem?.status === 429 ? undefined : signing.problem?.detail;
  return (
    <Door title={t('identity.sign-in')}>
      <form className={css.form} onSubmit={(event) => void submit(event)} noValidate>
        <FaultSummary faults={[]} detail={signing.isBusy ? undefined : fault} />
        <TextField label={t('identity.email')} type="email" name="email" autoComplete="username" inputMode="email" autoFocus spellCheck={false} value={email} onValue={setEmail} error={missing.email && email.trim() === '' ? t('identity.email.missing') : undefined} />
        <TextField label={t('identity.password')} type={isShown ? 'text' : 'password'} name="password" autoComplete="current-password" value={password} onValue={setPassword} error={missing.password && password === '' ? t('identity.password.missing') : undefined} />
        <CheckField label={t('identity.show')} isOn={isShown} onValue={setShown} />
        <Button type="submit" look="filled" size="large" isBusy={signing.isBusy} disabled={leftS > 0}>{t('identity.sign-in')}</Button>
      </form>
    </Door>
  );
}
