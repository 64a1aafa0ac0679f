import { type ReactNode, useState } from 'react';
import type { ProblemError } from '#platform/web/call.ts';
import { Button } from '#ui/button.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import type { TotpBegun } from '../../contract.ts';
import { CopyBox } from '../copy-box.tsx';
import css from './factors.module.css';
import { t } from './messages.en.ts';

const grouped = (secret: string): string => (secret.match(/.{1,4}/g) ?? []).join(' ');

/** The code field of an authenticator app: digits, and what a phone offers from its messages. */
export const CodeField = ({ label, value, onValue, error, isFirst = false }: { label: string; value: string; onValue: (code: string) => void; error?: string | undefined; isFirst?: boolean }) => (
  <TextField label={label} name="code" inputMode="numeric" autoComplete="one-time-code" maxLength={12} spellCheck={false} autoFocus={isFirst} value={value} onValue={onValue} error={error} />
);

type TotpSetupProps = { begun: TotpBegun; onCode: (code: string) => void; isBusy: boolean; problem: ProblemError | null; children?: ReactNode };

/** Shows what an authenticator app needs, as a picture and as text, and takes its first code. */
export function TotpSetup({ begun, onCode, isBusy, problem, children }: TotpSetupProps) {
  const [code, setCode] = useState('');
  const [isTried, setTried] = useState(false);
  const submit = (): void => {
    setTried(true);
    if (code.trim() !== '') onCode(code.trim());
  };
  return (
    <Form className={css.setup} onSubmit={submit}>
      <FaultSummary faults={[]} detail={isBusy ? undefined : problem?.detail} />
      <p>{t('identity.totp.scan')}</p>
      <svg className={css.qr} viewBox={`0 0 ${begun.qr.size} ${begun.qr.size}`} shapeRendering="crispEdges" role="img" aria-label={t('identity.totp.qr')}><path d={begun.qr.path} fill="#000" /></svg>
      <div className={css.wide}>
        <p className="t2">{t('identity.totp.type')}</p>
        <CopyBox text={grouped(begun.secret)} label={t('identity.totp.secret')} />
      </div>
      <CodeField label={t('identity.totp.confirm')} value={code} onValue={setCode} isFirst error={isTried && code.trim() === '' ? t('identity.step.code.missing') : undefined} />
      <span className="row"><Button type="submit" look="filled" size="large" isBusy={isBusy}>{t('identity.totp.do')}</Button>{children}</span>
    </Form>
  );
}
