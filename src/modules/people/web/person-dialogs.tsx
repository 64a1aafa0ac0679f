import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, FaultSummary, TextArea, TextField } from '#ui/field.tsx';
import { type Person, reactivatePerson, resetPassword, setSignIn } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './person.module.css';

export type Turn = 'suspend' | 'reactivate' | 'leave';
type DialogProps = { person: Person; onClose: () => void };

/** What the press of the button will do, before it is pressed. */
export const Consequences = ({ lines }: { lines: readonly string[] }) => (
  <div className={css.what}>
    <b className="strong">{t('people.consequences')}</b>
    <ul>{lines.map((line) => <li key={line}>{line}</li>)}</ul>
  </div>
);

/** Lets a suspended person in again, with a reason. */
export function ReactivateDialog({ person, onClose }: DialogProps) {
  const { send, isBusy, problem } = useSend('people', reactivatePerson);
  const [reason, setReason] = useState('');
  const [isMissing, setMissing] = useState(false);
  const submit = async (): Promise<void> => {
    setMissing(reason.trim().length < 3);
    if (reason.trim().length < 3) return;
    await send({ id: person.id, reason: reason.trim() });
    announce(t('people.reactivate.done', { name: person.name }));
    onClose();
  };
  return (
    <Dialog title={`${t('people.reactivate')}: ${person.name}`} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('people.reactivate')}</Button><Button onClick={onClose}>{t('people.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <Consequences lines={[t('people.consequence.again', { name: person.name }), t('people.consequence.ledger')]} />
      <TextArea label={t('people.reason')} value={reason} onValue={setReason} error={problem?.of('/reason') ?? (isMissing && reason.trim().length < 3 ? t('people.reason.missing') : undefined)} />
    </Dialog>
  );
}

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Seven groups of four letters and digits that are not mistaken for each other: 138 bits. */
const madeUp = (): string => {
  const bytes = crypto.getRandomValues(new Uint32Array(28));
  return [...bytes].map((value, at) => `${at > 0 && at % 4 === 0 ? '-' : ''}${LETTERS[value % LETTERS.length]}`).join('');
};

/** A password for somebody else: hidden while it is typed; one that is made up is shown, since it is to be handed over. */
function PasswordField({ label, help, value, onValue, error, isOptional = false }: { label: string; help?: string; value: string; onValue: (value: string) => void; error?: string | undefined; isOptional?: boolean }) {
  const [isShown, setShown] = useState(false);
  const make = (): void => {
    setShown(true);
    onValue(madeUp());
  };
  return (
    <>
      <div className={css.make}>
        <TextField label={label} help={help} type={isShown ? 'text' : 'password'} autoComplete="new-password" spellCheck={false} value={value} onValue={onValue} error={error} isOptional={isOptional} />
        <Button onClick={make}>{t('people.reset.make')}</Button>
      </div>
      <CheckField label={t('people.password.show')} isOn={isShown} onValue={setShown} />
    </>
  );
}

/** Gives a new password by another's hand. */
export function PasswordDialog({ person, onClose }: DialogProps) {
  const { send, isBusy, problem } = useSend('people', resetPassword);
  const [password, setPassword] = useState('');
  const [isTried, setTried] = useState(false);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (password.length < 12) return;
    await send({ id: person.id, password });
    announce(t('people.reset.done', { name: person.name }));
    onClose();
  };
  const { name } = person;
  return (
    <Dialog title={`${t('people.reset')}: ${name}`} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="danger" isBusy={isBusy}>{t('people.reset.do')}</Button><Button onClick={onClose}>{t('people.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <Consequences lines={[t('people.consequence.sessions', { name }), t('people.consequence.walls', { name }), t('people.consequence.tell', { name }), t('people.consequence.ledger')]} />
      <PasswordField label={t('people.reset.new')} help={t('people.password.short')} value={password} onValue={setPassword} error={problem?.of('/password') ?? (isTried && password.length < 12 ? t('people.password.short') : undefined)} />
    </Dialog>
  );
}

/** Gives an address to sign in with, or another one. */
export function SignInDialog({ person, onClose }: DialogProps) {
  const { send, isBusy, problem } = useSend('people', setSignIn);
  const [email, setEmail] = useState(person.email ?? '');
  const [password, setPassword] = useState('');
  const [isTried, setTried] = useState(false);
  const emailFault = /^\S+@\S+\.\S+$/.test(email.trim()) ? undefined : t('people.email.wrong');
  const passwordFault = password === '' || password.length >= 12 ? undefined : t('people.password.short');
  const submit = async (): Promise<void> => {
    setTried(true);
    if (emailFault || passwordFault) return;
    await send({ id: person.id, email: email.trim(), password: password || null });
    announce(t('people.sign-in.set', { name: person.name }));
    onClose();
  };
  const { name } = person;
  return (
    <Dialog title={`${t('people.sign-in')}: ${name}`} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('people.save')}</Button><Button onClick={onClose}>{t('people.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextField label={t('people.sign-in.address')} type="email" autoComplete="off" spellCheck={false} value={email} onValue={setEmail} error={problem?.of('/email') ?? (isTried ? emailFault : undefined)} />
      <PasswordField label={t('people.password')} help={t('people.password.help')} value={password} onValue={setPassword} error={problem?.of('/password') ?? (isTried ? passwordFault : undefined)} isOptional />
      <Consequences lines={[t('people.consequence.sessions', { name }), t('people.consequence.walls', { name }), t('people.consequence.ledger')]} />
    </Dialog>
  );
}
