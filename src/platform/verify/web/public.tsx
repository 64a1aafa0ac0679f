import { useState } from 'react';
import { JobProgress } from '#platform/jobs/web/public.tsx';
import { startVerification } from '#platform/ledger/contract.ts';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary } from '#ui/field.tsx';
import { Tag } from '#ui/tag.tsx';
import { t } from './messages.en.ts';
import css from './verify.module.css';

type Found = { isWhole: boolean; lines: readonly string[] };

/** Verifies the whole ledger in the worker, and says what came of it. */
export function VerifyButton() {
  const { send, isBusy, problem, forget } = useSend('ledger', startVerification);
  const [isOpen, setOpen] = useState(false);
  const [job, setJob] = useState<string | null>(null);
  const [found, setFound] = useState<Found | null>(null);
  const start = async (): Promise<void> => {
    setOpen(true);
    setJob(null);
    setFound(null);
    forget();
    setJob((await send({})).id);
  };
  return (
    <>
      <Button icon="check" isBusy={isBusy} onClick={() => void start().catch(() => undefined)}>{t('verify.do')}</Button>
      {isOpen && (
        <Dialog title={t('verify.title')} onClose={() => setOpen(false)} actions={<Button onClick={() => setOpen(false)}>{t('verify.close')}</Button>}>
          <FaultSummary faults={[]} detail={problem?.detail} />
          <p className="t2">{t('verify.what')}</p>
          {job && !found && <JobProgress id={job} onDone={(result) => setFound(result as Found)} />}
          {found && <div role="status" className={css.found}><p><Tag look={found.isWhole ? 'ok' : 'p1'}>{t(found.isWhole ? 'verify.whole' : 'verify.broken')}</Tag></p>{found.lines.map((line) => <p key={line}>{line}</p>)}</div>}
        </Dialog>
      )}
    </>
  );
}
