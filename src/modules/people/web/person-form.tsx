import { useState } from 'react';
import { SitePicker } from '#modules/sites/web/public.tsx';
import type { FieldFault, ProblemError } from '#platform/web/call.ts';
import { useMay } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, FaultSummary, TextField } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import type { Person } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './person.module.css';

export type PersonValues = { name: string; title: string; department: string; employer: string; email: string | null; phone: string | null; siteId: string | null; signIn?: { email: string; password: string | null } };
type Typed = { name: string; title: string; department: string; employer: string; email: string; phone: string; password: string; site: Option | null; maySignIn: boolean };

const EMAIL = /^\S+@\S+\.\S+$/;
const PHONE = /^\+?[\d ()./-]{3,40}$/;

function faultsOf({ name, email, phone, password, maySignIn }: Typed): Partial<Record<'name' | 'email' | 'phone' | 'password', string>> {
  const found = {
    name: name.trim() ? undefined : t('people.name.missing'),
    email: EMAIL.test(email.trim()) || (email.trim() === '' && !maySignIn) ? undefined : t('people.email.wrong'),
    phone: phone.trim() === '' || PHONE.test(phone.trim()) ? undefined : t('people.phone.wrong'),
    password: !maySignIn || password === '' || password.length >= 12 ? undefined : t('people.password.short'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, fault]) => fault !== undefined));
}

type PersonFormProps = { title: string; does: string; person: Person | null; isBusy: boolean; problem: ProblemError | null; onSend: (values: PersonValues) => void; onClose: () => void };

/** The facts of a person, new or known; a new one may get a way to sign in at once. */
export function PersonForm({ title, does, person, isBusy, problem, onSend, onClose }: PersonFormProps) {
  const mayInvite = useMay('identity:invite');
  const [typed, setTyped] = useState<Typed>(() => ({
    name: person?.name ?? '', title: person?.title ?? '', department: person?.department ?? '', employer: person?.employer ?? '', email: person?.email ?? '', phone: person?.phone ?? '', password: '', maySignIn: false,
    site: person?.siteId ? { value: person.siteId, title: person.site ?? t('people.hidden-site') } : null,
  }));
  const [isShown, setShown] = useState(false);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [submitted, setSubmitted] = useState<readonly FieldFault[]>([]);
  const faults = faultsOf(typed);
  const submit = (): void => {
    setLeft(new Set(Object.keys(typed)));
    const list = Object.entries(faults).map(([name, detail]) => ({ pointer: `/${name}`, detail }));
    setSubmitted(list);
    if (list.length > 0) return;
    const email = typed.email.trim() || null;
    onSend({ name: typed.name.trim(), title: typed.title.trim(), department: typed.department.trim(), employer: typed.employer.trim(), email, phone: typed.phone.trim() || null, siteId: typed.site?.value ?? null, ...(typed.maySignIn && email ? { signIn: { email, password: typed.password || null } } : {}) });
  };
  const field = (name: 'name' | 'title' | 'department' | 'employer' | 'email' | 'phone' | 'password') => ({
    value: typed[name],
    onValue: (value: string) => setTyped({ ...typed, [name]: value }),
    onLeave: () => typed[name] !== '' && setLeft(new Set([...left, name])),
    error: problem?.of(`/${name}`) ?? problem?.of(`/signIn/${name}`) ?? (left.has(name) ? (faults as Record<string, string | undefined>)[name] : undefined),
  });
  return (
    <Dialog title={title} onClose={onClose} onSubmit={submit} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{does}</Button><Button onClick={onClose}>{t('people.cancel')}</Button></>}>
      <FaultSummary faults={submitted} detail={problem?.detail} />
      <TextField label={t('people.name')} autoComplete="off" {...field('name')} />
      <div className={css.two}>
        <TextField label={t('people.role')} isOptional {...field('title')} />
        <TextField label={t('people.department')} isOptional {...field('department')} />
      </div>
      <TextField label={t('people.employer')} isOptional {...field('employer')} />
      <SitePicker label={t('people.site')} help={t('people.site.help')} isOptional value={typed.site} onValue={(site) => setTyped({ ...typed, site })} error={problem?.of('/siteId')} />
      <TextField label={t('people.email')} type="email" autoComplete="off" isOptional={!typed.maySignIn} spellCheck={false} {...field('email')} />
      <TextField label={t('people.phone')} help={t('people.phone.help')} type="tel" autoComplete="off" isOptional {...field('phone')} />
      {person === null && mayInvite && <CheckField label={t('people.sign-in.may')} isOn={typed.maySignIn} onValue={(maySignIn) => setTyped({ ...typed, maySignIn })} />}
      {typed.maySignIn && (
        <>
          <p className="t2 small">{t('people.sign-in.with')}</p>
          <TextField label={t('people.password')} help={t('people.password.help')} type={isShown ? 'text' : 'password'} autoComplete="new-password" isOptional spellCheck={false} {...field('password')} />
          <CheckField label={t('people.password.show')} isOn={isShown} onValue={setShown} />
        </>
      )}
    </Dialog>
  );
}
