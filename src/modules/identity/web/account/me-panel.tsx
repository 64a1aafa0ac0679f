import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useSend } from '#platform/web/query.ts';
import { useMe } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { changeEmail } from '../../contract.ts';
import css from '../account.module.css';
import { useConfirmation } from '../factors/confirmation.tsx';
import { LanguageField } from '../language-field.tsx';
import { t as account } from '../messages.en.ts';
import { t } from './messages.en.ts';

/** Who I am here, with changing the address that I sign in with. */
export function MePanel() {
  const me = useMe();
  const [isChanging, setChanging] = useState(false);
  return (
    <Panel title={account('identity.account.me')} actions={me.email !== null && <Button onClick={() => setChanging(true)}>{t('identity.me.email.change')}</Button>}>
      <dl className={`facts ${css.pad}`}>
        <dt>{account('identity.account.name')}</dt><dd>{me.name}</dd>
        <dt>{account('identity.email')}</dt><dd>{me.email}</dd>
        <dt>{account('identity.account.roles')}</dt><dd>{me.roles.length > 0 ? me.roles.map((role) => role.title).join(', ') : <span className="t3">{account('identity.account.no-roles')}</span>}</dd>
      </dl>
      <div className={css.pad}><LanguageField /></div>
      {isChanging && <ChangeEmail onClose={() => setChanging(false)} />}
    </Panel>
  );
}

function ChangeEmail({ onClose }: { onClose: () => void }) {
  const { send, isBusy, problem } = useSend('identity', changeEmail);
  const confirmation = useConfirmation();
  const cache = useQueryClient();
  const [email, setEmail] = useState('');
  const [isTried, setTried] = useState(false);
  const fault = /^\S+@\S+\.\S+$/.test(email.trim()) ? undefined : t('identity.me.email.wrong');
  const change = async (): Promise<void> => {
    const changed = await send({ email: email.trim() });
    announce(t('identity.me.email.done', { email: changed.email }));
    await cache.invalidateQueries({ queryKey: ['identity'] });
    onClose();
  };
  const submit = (): void => {
    setTried(true);
    if (!fault) void confirmation.run(change).catch(() => undefined);
  };
  return (
    <>
      <Dialog title={t('identity.me.email.change')} onClose={onClose} onSubmit={submit} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('identity.me.email.do')}</Button><Button onClick={onClose}>{t('identity.me.cancel')}</Button></>}>
        <FaultSummary faults={[]} detail={problem?.of('/email') || problem?.code === 'identity.confirm_first' ? undefined : problem?.detail} />
        <TextField label={t('identity.me.email.new')} type="email" autoComplete="email" inputMode="email" spellCheck={false} value={email} onValue={setEmail} error={problem?.of('/email') ?? (isTried ? fault : undefined)} />
        <p className="t2">{t('identity.me.email.what')}</p>
      </Dialog>
      {confirmation.dialog}
    </>
  );
}
