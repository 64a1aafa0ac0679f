import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import { Panel } from '#ui/record-page.tsx';
import { changePassword } from '../../contract.ts';
import css from '../account.module.css';
import { t } from '../messages.en.ts';

export function PasswordPanel() {
  const { send, isBusy, problem, forget } = useSend('identity', changePassword);
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [isTried, setTried] = useState(false);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (current === '' || next.length < 12) return;
    await send({ current, next });
    announce(t('identity.account.changed'));
    setCurrent('');
    setNext('');
    setTried(false);
    forget();
  };
  return (
    <Panel title={t('identity.account.password')}>
      <Form className={css.form} onSubmit={() => void submit().catch(() => undefined)}>
        <FaultSummary faults={[]} detail={problem?.detail} />
        <TextField label={t('identity.account.present')} type="password" autoComplete="current-password" value={current} onValue={setCurrent} error={problem?.of('/current') ?? (isTried && current === '' ? t('identity.account.present.missing') : undefined)} />
        <TextField label={t('identity.account.next')} help={t('identity.setup.password.help')} type="password" autoComplete="new-password" value={next} onValue={setNext} error={problem?.of('/next') ?? (isTried && next.length < 12 ? t('identity.setup.password.short') : undefined)} />
        <p className="t2 small">{t('identity.account.password.what')}</p>
        <Button type="submit" size="large" isBusy={isBusy}>{t('identity.account.change')}</Button>
      </Form>
    </Panel>
  );
}
