import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { endTest, type OnTest } from '../../held-contract.ts';
import { t } from './messages.en.ts';
import { ReasonDialog } from './reason-dialog.tsx';

/** Ends a test or maintenance before its end, or calls off one that is planned. */
export function EndDialog({ test, onClose }: { test: OnTest; onClose: () => void }) {
  const ending = useSend('alarms', endTest);
  const send = async (reason: string): Promise<void> => {
    await ending.send({ id: test.id, reason });
    announce(t('held.end.done', { name: test.name }));
    onClose();
  };
  return <ReasonDialog title={t('held.end.of', { name: test.name })} act={t('held.end')} isBusy={ending.isBusy} problem={ending.problem} onSend={send} onClose={onClose}><p>{t('held.end.what')}</p></ReasonDialog>;
}
