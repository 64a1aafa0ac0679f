import { useEffect, useRef } from 'react';
import { ProveButton } from '#platform/ledger/web/public.tsx';
import { useLive, type LiveEvent } from '#platform/web/live.ts';
import { useList } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Timeline } from '#ui/timeline.tsx';
import { listSteps } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './thread.module.css';

/** The ledger seals an entry about a second after its commit; then it can be shown. */
const SEALED_AFTER_MS = 1_800;

/** What happened to a record, the latest first. */
export function StepsPart({ recordId, siteZone, topic }: { recordId: string; siteZone: string | undefined; topic: string }) {
  const mayRead = useMay('thread:read');
  const list = useList('thread', listSteps, { recordId }, { isOn: mayRead });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const soon = ({ id }: LiveEvent): void => {
    if (id !== recordId) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(list.again, SEALED_AFTER_MS);
  };
  useLive(topic, soon);
  useLive('thread', soon);
  useLive('tasks', soon);
  useLive('files', soon);
  if (!mayRead) return null;
  return (
    <Panel title={t('thread.steps')} actions={<ProveButton what={{ record: recordId }} />}>
      <Asked reading={list}>
        {(steps) => steps.length === 0 ? <Empty>{t('thread.steps.none')}</Empty> : (
          <div className={css.steps}>
            <Timeline label={t('thread.steps')} seconds {...(siteZone && { siteZone })} entries={steps.map(({ id, at, by, words }) => ({ key: id, at, title: words, by }))} />
            {list.more && <Button look="quiet" isBusy={list.isReadingMore} onClick={list.more}>{t('thread.comments.older')}</Button>}
          </div>
        )}
      </Asked>
    </Panel>
  );
}
