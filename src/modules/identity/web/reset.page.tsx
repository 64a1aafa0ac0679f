import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button, LinkButton } from '#ui/button.tsx';
import { CheckField, FaultSummary, TextField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import { resetByLink } from '../contract.ts';
import { t } from './account/messages.en.ts';
import { Door } from './door.tsx';
import css from './door.module.css';
import { t as door } from './messages.en.ts';

export default function ResetPage() {
  const [token] = useState(() => location.hash.slice(1));
  const { send, isBusy, problem } = useSend('identity', resetByLink);
  const [password, setPassword] = useState('');
  const [isShown, setShown] = useState(false);
  const [isTried, setTried] = useState(false);
  const [email, setEmail] = useState<string | null>(null);
  useWhere({ title: t('identity.reset') });
  const submit = async (): Promise<void> => {
    setTried(true);
    if (password.length < 12) return;
    const done = await send({ token, password });
    // The link holds no more; what is left of it in the address goes too.
    history.replaceState(null, '', location.pathname);
    setEmail(done.email);
  };
  if (email !== null) return <Door title={t('identity.reset')}><p>{t('identity.reset.done', { email })}</p><LinkButton to="/sign-in" look="filled" size="large">{t('identity.reset.to-sign-in')}</LinkButton></Door>;
  if (token === '') return <Door title={t('identity.reset')}><p>{t('identity.reset.no-link')}</p><LinkButton to="/sign-in" size="large">{t('identity.reset.to-sign-in')}</LinkButton></Door>;
  const short = isTried && password.length < 12 ? door('identity.setup.password.short') : undefined;
  return (
    <Door title={t('identity.reset')}>
      <p className="t2">{t('identity.reset.why')}</p>
      <Form className={css.form} onSubmit={() => void submit().catch(() => undefined)}>
        <FaultSummary faults={[]} detail={isBusy ? undefined : problem?.detail} />
        <TextField label={t('identity.reset')} help={door('identity.setup.password.help')} type={isShown ? 'text' : 'password'} autoComplete="new-password" autoFocus value={password} onValue={setPassword} error={problem?.of('/password') ?? short} />
        <CheckField label={door('identity.show')} isOn={isShown} onValue={setShown} />
        <Button type="submit" look="filled" size="large" isBusy={isBusy}>{t('identity.reset.do')}</Button>
      </Form>
    </Door>
  );
}
