import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, FaultSummary, TextField } from '#ui/field.tsx';
import { changeSource, type Credentials, type Source } from '../contract.ts';
import { t } from './messages.en.ts';

type SignInFieldsProps = { value: Credentials; onValue: (value: Credentials) => void; errors: { user?: string | undefined; password?: string | undefined } };

/** The name and password by which a camera is asked. They go in and never come out. */
export const SignInFields = ({ value, onValue, errors }: SignInFieldsProps) => (
  <>
    <TextField label={t('signals.camera.user')} help={t('signals.camera.user.help')} value={value.user} onValue={(user) => onValue({ ...value, user })} error={errors.user} autoComplete="off" autoCapitalize="off" spellCheck={false} />
    <TextField label={t('signals.camera.password')} help={t('signals.camera.password.help')} type="password" value={value.password} onValue={(password) => onValue({ ...value, password })} error={errors.password} autoComplete="new-password" />
  </>
);

export const NO_SIGN_IN: Credentials = { user: '', password: '' };

/** What is missing of a name and password; nothing where both are empty and that will do. */
export const signInFaults = ({ user, password }: Credentials, mayBeEmpty: boolean): { user?: string; password?: string } => {
  if (mayBeEmpty && user.trim() === '' && password === '') return {};
  return { ...(user.trim() === '' && { user: t('signals.camera.user.missing') }), ...(password === '' && { password: t('signals.camera.password.missing') }) };
};

/** Gives a camera another name and password, or takes them away. */
export function SignInDialog({ source, onClose }: { source: Source; onClose: () => void }) {
  const sending = useSend('signals', changeSource);
  const [version] = useState(source.version);
  const [value, setValue] = useState(NO_SIGN_IN);
  const [isNone, setNone] = useState(false);
  const [isTried, setTried] = useState(false);
  const faults = signInFaults(value, false);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (!isNone && Object.keys(faults).length > 0) return;
    await sending.send({ id: source.id, credentials: isNone ? null : { ...value, user: value.user.trim() } }, { ifMatch: version });
    announce(t('signals.sources.changed', { name: source.name }));
    onClose();
  };
  return (
    <Dialog title={t('signals.camera.title', { name: source.name })} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" size="large" look="filled" isBusy={sending.isBusy}>{t('signals.sources.save')}</Button><Button size="large" onClick={onClose}>{t('signals.cancel')}</Button></>}>
      {sending.problem && <FaultSummary faults={sending.problem.errors} detail={sending.problem.detail} />}
      {!isNone && <SignInFields value={value} onValue={setValue} errors={isTried ? faults : {}} />}
      <CheckField label={t('signals.camera.none')} isOn={isNone} onValue={setNone} />
    </Dialog>
  );
}
