import { Link } from '#platform/web/navigation.tsx';
import { useMay, useMe } from '#platform/web/session.tsx';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary } from '#ui/field.tsx';
import { Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { approveRationale, type Rationale, type RationaleRow } from '../../rationale-contract.ts';
import { EntryFacts } from './entry-facts.tsx';
import { t } from './messages.en.ts';

/** What the register says of a type, with its draft, and what to do about it. */
export function EntryDialog({ row, mayWrite, onWrite, onSuppress, onClose }: { row: RationaleRow; mayWrite: boolean; onWrite: () => void; onSuppress: () => void; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('alarms', approveRationale);
  const me = useMe();
  const maySuppress = useMay('alarms:site-on-test');
  const { entry, draft, rings } = row;
  const approve = async (one: Rationale): Promise<void> => {
    await send({ type: one.type, version: one.version });
    announce(t('register.done'));
  };
  const actions = (
    <>
      {mayWrite && draft && <Button look={draft.writtenBy.id === me.personId ? 'plain' : 'filled'} isBusy={isBusy} onClick={() => void approve(draft).catch(() => undefined)}>{t('register.approve')}</Button>}
      {mayWrite && <Button look={draft ? 'plain' : 'filled'} onClick={onWrite}>{t(draft ? 'register.change' : entry ? 'register.write.next' : 'register.write')}</Button>}
      {maySuppress && entry && row.mayBeSuppressed && <Button onClick={onSuppress}>{t('register.suppress')}</Button>}
      <Button onClick={onClose}>{t('register.close')}</Button>
    </>
  );
  return (
    <Dialog size="wide" title={row.title} onClose={onClose} actions={actions}>
      {problem && <FaultSummary faults={[]} detail={problem.detail} />}
      {!entry && !draft && <Empty>{t('register.entry.none')}</Empty>}
      {entry && <section aria-label={t('register.entry.approved')}><p><Tag look="ok" icon="check">{t('register.entry.approved')}</Tag></p><EntryFacts entry={entry} /><p className="t2 small">{t('register.gives', { n: entry.priority, rings })}</p></section>}
      {row.suppressions.length > 0 && (
        <section aria-label={t('register.suppressed')}>
          <p><Tag look="p2">{t('register.suppressed')}</Tag></p>
          <ul>{row.suppressions.map(({ id, site, endsAt }) => <li key={id}><Link to={`/watch/held/${id}`}>{site ?? t('register.suppressed.elsewhere')}</Link> · <TwoTimes at={endsAt} /></li>)}</ul>
        </section>
      )}
      {draft && <section aria-label={t('register.entry.draft')}><p><Tag look="line">{t('register.entry.draft')}</Tag></p><EntryFacts entry={draft} /><p className="t2 small">{t('register.gives', { n: draft.priority, rings })}</p></section>}
    </Dialog>
  );
}
