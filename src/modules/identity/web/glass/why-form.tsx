import { type ReactNode, useState } from 'react';
import type { ProblemError } from '#platform/web/call.ts';
import { Button } from '#ui/button.tsx';
import { FaultSummary, TextArea } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import css from './glass.module.css';
import { t } from './messages.en.ts';

type WhyFormProps = { does: string; children?: ReactNode; sending: { isBusy: boolean; problem: ProblemError | null }; onSend: (why: string) => Promise<void>; onClose: () => void };

/** Asks why before something is done, where it stands. */
export function WhyForm({ does, children, sending: { isBusy, problem }, onSend, onClose }: WhyFormProps) {
  const [why, setWhy] = useState('');
  const [isTried, setTried] = useState(false);
  const isShort = why.trim().length < 3;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (!isShort) await onSend(why.trim());
  };
  return (
    <Form className={css.why} onSubmit={() => void submit().catch(() => undefined)} aria-label={does}>
      <FaultSummary faults={[]} detail={problem && problem.errors.length === 0 ? problem.detail : undefined} />
      {children}
      <TextArea label={t('glass.why')} rows={2} value={why} onValue={setWhy} error={problem?.of('/why') ?? (isTried && isShort ? t('glass.why.missing') : undefined)} />
      <div className="row"><Button type="submit" look="danger" isBusy={isBusy}>{does}</Button><Button onClick={onClose}>{t('glass.cancel')}</Button></div>
    </Form>
  );
}
