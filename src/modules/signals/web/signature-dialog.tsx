import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, SelectField, TextField } from '#ui/field.tsx';
import { setSignature, type Signature, type Source } from '../contract.ts';
import { t } from './messages.en.ts';

const STANDARD: Signature = { form: 'standard-webhooks', header: 'webhook-signature', algorithm: 'sha256', encoding: 'base64', prefix: '', toleranceS: 300 };
const BODY: Signature = { form: 'body', header: 'x-signature', algorithm: 'sha256', encoding: 'hex', prefix: '', toleranceS: null };
/** As Verkada's own documentation says it (apidocs.verkada.com, Securing Webhooks). */
const VERKADA: Signature = { form: 'verkada', header: 'verkada-signature', algorithm: 'sha256', encoding: 'hex', prefix: '', toleranceS: 300 };
/** As GitHub's own documentation says it (docs.github.com, Validating webhook deliveries), and many others after it. */
const GITHUB: Signature = { ...BODY, header: 'x-hub-signature-256', prefix: 'sha256=' };
const FORMS = { 'standard-webhooks': STANDARD, github: GITHUB, verkada: VERKADA, body: BODY } as const;
type Form = keyof typeof FORMS;
const CHOICES = ['none', 'standard-webhooks', 'github', 'verkada', 'body'] as const;

const formOf = ({ form, header, prefix }: Signature): Form => (form === 'body' && header === GITHUB.header && prefix === GITHUB.prefix ? 'github' : form);

/** How what a source sends must be signed, in words. */
export const signatureWords = ({ signature }: Source): string => (signature ? `${t(`signals.signature.form.${formOf(signature)}`)} (${signature.header})` : t('signals.signature.form.none'));

/** Says how a head-end signs, and its secret. */
export function SignatureDialog({ source, onClose }: { source: Source; onClose: () => void }) {
  const sending = useSend('signals', setSignature);
  const [version] = useState(source.version);
  const [how, setHow] = useState<Signature | null>(source.signature);
  const [secret, setSecret] = useState('');
  const change = (part: Partial<Signature>): void => setHow((before) => before && { ...before, ...part });
  const choose = (value: string): void => {
    if (value === 'none') setHow(null);
    else setHow(source.signature && formOf(source.signature) === value ? source.signature : FORMS[value as Form]);
  };
  const submit = async (): Promise<void> => {
    await sending.send({ id: source.id, signature: how, ...(secret !== '' && { secret }) }, { ifMatch: version });
    announce(t('signals.sources.changed', { name: source.name }));
    onClose();
  };
  return (
    <Dialog title={t('signals.signature.title', { name: source.name })} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" size="large" look="filled" isBusy={sending.isBusy}>{t('signals.sources.save')}</Button><Button size="large" onClick={onClose}>{t('signals.cancel')}</Button></>}>
      {sending.problem && <FaultSummary faults={sending.problem.errors} detail={sending.problem.detail} />}
      <SelectField label={t('signals.signature.form')} help={t('signals.signature.form.help')} value={how ? formOf(how) : 'none'} onValue={choose} choices={CHOICES.map((value) => ({ value, title: t(`signals.signature.form.${value}`) }))} />
      {how && (
        <>
          <TextField label={t('signals.signature.secret')} help={t(source.signature ? 'signals.signature.secret.kept' : 'signals.signature.secret.help')} value={secret} onValue={setSecret} error={sending.problem?.of('/secret')} autoComplete="off" spellCheck={false} />
          {how.form === 'body' && (
            <>
              <TextField label={t('signals.signature.header')} value={how.header} onValue={(header) => change({ header })} error={sending.problem?.of('/signature/header')} autoComplete="off" spellCheck={false} />
              <SelectField label={t('signals.signature.algorithm')} value={how.algorithm} onValue={(algorithm) => change({ algorithm: algorithm as Signature['algorithm'] })} choices={['sha256', 'sha1', 'sha512'].map((value) => ({ value, title: value.toUpperCase().replace('SHA', 'SHA-') }))} />
              <SelectField label={t('signals.signature.encoding')} value={how.encoding} onValue={(encoding) => change({ encoding: encoding as Signature['encoding'] })} choices={[{ value: 'hex', title: t('signals.signature.encoding.hex') }, { value: 'base64', title: 'Base64' }]} />
              <TextField label={t('signals.signature.prefix')} help={t('signals.signature.prefix.help')} value={how.prefix} onValue={(prefix) => change({ prefix })} isOptional autoComplete="off" spellCheck={false} />
            </>
          )}
        </>
      )}
    </Dialog>
  );
}
