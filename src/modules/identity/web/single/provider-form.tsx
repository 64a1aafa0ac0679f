import { useState } from 'react';
import { newKey } from '#platform/web/call.ts';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { ChoiceGroup, FaultSummary, TextField } from '#ui/field.tsx';
import { addProvider, changeProvider, Counting, type Provider } from '../../contract.ts';
import { CopyBox } from '../copy-box.tsx';
import css from './single.module.css';
import { t } from './messages.en.ts';

type Written = { name: string; issuer: string; clientId: string; secret: string; scopes: string; secondFactor: Counting };
type Problems = { of: (pointer: string) => string | undefined } | null;

const missingOf = ({ name, issuer, clientId }: Written): { name?: string | undefined; issuer?: string | undefined; clientId?: string | undefined } => ({
  name: name.trim() === '' ? t('identity.providers.name.missing') : undefined,
  issuer: issuer.trim() === '' ? t('identity.providers.issuer.missing') : undefined,
  clientId: clientId.trim() === '' ? t('identity.providers.client.missing') : undefined,
});
const isWhole = (written: Written): boolean => Object.values(missingOf(written)).every((fault) => fault === undefined);

type FieldsProps = { written: Written; onWritten: (written: Written) => void; isTried: boolean; problem: Problems; redirectUri: string; signOutUri: string; of?: Provider };

function Fields({ written, onWritten, isTried, problem, redirectUri, signOutUri, of }: FieldsProps) {
  const missing = isTried ? missingOf(written) : {};
  const field = (name: keyof Written) => ({ value: written[name], onValue: (value: string) => onWritten({ ...written, [name]: value }), spellCheck: false, autoComplete: 'off' });
  const isMore = of !== undefined && Counting.options.indexOf(written.secondFactor) > Counting.options.indexOf(of.secondFactor);
  return (
    <>
      <TextField label={t('identity.providers.name')} help={t('identity.providers.name.help')} {...field('name')} error={missing.name ?? problem?.of('/name')} />
      {of === undefined && <TextField label={t('identity.providers.issuer')} help={t('identity.providers.issuer.help')} inputMode="url" {...field('issuer')} error={missing.issuer ?? problem?.of('/issuer')} />}
      <TextField label={t('identity.providers.client')} {...field('clientId')} error={missing.clientId ?? problem?.of('/clientId')} />
      <TextField label={t('identity.providers.secret')} help={t(of?.hasSecret ? 'identity.providers.secret.kept' : 'identity.providers.secret.help')} type="password" {...field('secret')} autoComplete="new-password" error={problem?.of('/clientSecret')} />
      <TextField label={t('identity.providers.scopes')} {...field('scopes')} error={problem?.of('/scopes')} />
      <div className={css.redirect}><span>{t('identity.providers.redirect')}</span><CopyBox text={redirectUri} label={t('identity.providers.redirect')} /><span className="t2">{t('identity.providers.redirect.help')}</span></div>
      <div className={css.redirect}><span>{t('identity.providers.sign-out')}</span><CopyBox text={signOutUri} label={t('identity.providers.sign-out')} /><span className="t2">{t('identity.providers.sign-out.help')}</span></div>
      <ChoiceGroup label={t('identity.providers.second')} value={written.secondFactor} onValue={(secondFactor) => onWritten({ ...written, secondFactor: secondFactor as Counting })} choices={Counting.options.map((value) => ({ value, title: t(`identity.providers.second.${value}`) }))} {...(isMore && { help: t('identity.providers.second.walls') })} />
    </>
  );
}

/** Adds a provider. Its id is made here, so that its redirect URI can be told to the provider first. */
export function AddProvider({ backTo, signOutTo, onClose }: { backTo: string; signOutTo: string; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('identity', addProvider);
  const [id] = useState(newKey);
  const [written, setWritten] = useState<Written>({ name: '', issuer: '', clientId: '', secret: '', scopes: 'openid profile email', secondFactor: 'ask' });
  const [isTried, setTried] = useState(false);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (!isWhole(written)) return;
    const { name, issuer, clientId, secret, scopes, secondFactor } = written;
    await send({ id, name: name.trim(), issuer: issuer.trim(), clientId: clientId.trim(), clientSecret: secret === '' ? null : secret, scopes: scopes.trim(), secondFactor });
    announce(t('identity.providers.added', { name: name.trim() }));
    onClose();
  };
  return (
    <Dialog title={t('identity.providers.new')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('identity.providers.add')}</Button><Button onClick={onClose}>{t('identity.single.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <Fields written={written} onWritten={setWritten} isTried={isTried} problem={problem} redirectUri={`${backTo}${id}`} signOutUri={`${signOutTo}${id}`} />
    </Dialog>
  );
}

/** Changes a provider; its issuer stays, and so does its secret where no new one is written. */
export function ChangeProvider({ provider, onClose }: { provider: Provider; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('identity', changeProvider);
  const [written, setWritten] = useState<Written>({ ...provider, secret: '' });
  const [isTried, setTried] = useState(false);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (!isWhole(written)) return;
    const { name, clientId, secret, scopes, secondFactor } = written;
    await send({ id: provider.id, name: name.trim(), clientId: clientId.trim(), scopes: scopes.trim(), secondFactor, ...(secret !== '' && { clientSecret: secret }) });
    announce(t('identity.providers.saved', { name: name.trim() }));
    onClose();
  };
  return (
    <Dialog title={t('identity.providers.change.of', provider)} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('identity.providers.save')}</Button><Button onClick={onClose}>{t('identity.single.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <Fields written={written} onWritten={setWritten} isTried={isTried} problem={problem} redirectUri={provider.redirectUri} signOutUri={provider.signOutUri} of={provider} />
    </Dialog>
  );
}
