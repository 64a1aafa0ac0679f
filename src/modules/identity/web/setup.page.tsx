import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import type { FieldFault } from '#platform/web/call.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { CheckField, FaultSummary, TextField } from '#ui/field.tsx';
import { Failed, Waiting } from '#ui/states.tsx';
import { setup, setupState, signIn } from '../contract.ts';
import { Door } from './door.tsx';
import css from './door.module.css';
import { t } from './messages.en.ts';

type Values = { organisation: string; name: string; email: string; password: string };
const CHECKS: Readonly<Record<keyof Values, (value: string) => string | undefined>> = {
  organisation: (value) => (value.trim() ? undefined : t('identity.setup.organisation.missing')),
  name: (value) => (value.trim() ? undefined : t('identity.setup.name.missing')),
  email: (value) => (/^\S+@\S+\.\S+$/.test(value.trim()) ? undefined : t('identity.setup.email.wrong')),
  password: (value) => (value.length >= 12 ? undefined : t('identity.setup.password.short')),
};
const NAMES = ['organisation', 'name', 'email', 'password'] as const;

export default function SetupPage() {
  const state = useRead('identity', setupState, {});
  const founding = useSend('identity', setup);
  const signing = useSend('identity', signIn);
  const cache = useQueryClient();
  const go = useGo();
  const [values, setValues] = useState<Values>({ organisation: '', name: '', email: '', password: '' });
  const [left, setLeft] = useState<ReadonlySet<keyof Values>>(new Set());
  const [submitted, setSubmitted] = useState<readonly FieldFault[]>([]);
  const [isShown, setShown] = useState(false);
  useWhere({ title: t('identity.setup') });
  const isOver = state.data?.needed === false && !founding.isBusy && !signing.isBusy;
  useEffect(() => {
    if (!isOver) return;
    announce(t('identity.setup.done'));
    go('/sign-in', { replace: true });
  }, [isOver, go]);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const faults = NAMES.flatMap((name) => CHECKS[name](values[name]) ?? []).map((detail, at) => ({ pointer: `/${at}`, detail }));
    setLeft(new Set(NAMES));
    setSubmitted(faults);
    if (faults.length > 0) return;
    const { password } = values;
    const email = values.email.trim();
    await founding.send({ organisation: values.organisation.trim(), name: values.name.trim(), email, password });
    await signing.send({ email, password });
    cache.removeQueries();
    go('/', { replace: true });
  };
  const field = (name: keyof Values) => ({
    value: values[name],
    onValue: (value: string) => setValues({ ...values, [name]: value }),
    onLeave: () => values[name] !== '' && setLeft(new Set([...left, name])),
    error: founding.problem?.of(`/${name}`) ?? (left.has(name) ? CHECKS[name](values[name]) : undefined),
  });
  if (state.state === 'failed') return <Door title={t('identity.setup')}><Failed problem={state.problem} onAgain={state.again} /></Door>;
  if (state.data?.needed !== true) return <Door title={t('identity.setup')}>{state.state === 'waiting' && <Waiting rows={4} />}</Door>;
  return (
    <Door title={t('identity.setup')}>
      <p className="t2">{t('identity.setup.why')}</p>
      <form className={css.form} onSubmit={(event) => void submit(event).catch(() => undefined)} noValidate>
        <FaultSummary faults={submitted} detail={(founding.problem ?? signing.problem)?.detail} />
        <TextField label={t('identity.setup.organisation')} help={t('identity.setup.organisation.help')} autoComplete="organization" autoFocus {...field('organisation')} />
        <TextField label={t('identity.setup.name')} autoComplete="name" {...field('name')} />
        <TextField label={t('identity.email')} type="email" autoComplete="username" inputMode="email" spellCheck={false} {...field('email')} />
        <TextField label={t('identity.password')} help={t('identity.setup.password.help')} type={isShown ? 'text' : 'password'} autoComplete="new-password" {...field('password')} />
        <CheckField label={t('identity.show')} isOn={isShown} onValue={setShown} />
        <Button type="submit" look="filled" size="large" isBusy={founding.isBusy || signing.isBusy}>{t('identity.setup.do')}</Button>
      </form>
    </Door>
  );
}
