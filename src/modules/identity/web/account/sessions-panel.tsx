import { useState } from 'react';
import type { Reply } from '#platform/kernel/contract.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { endOtherSessions, endSession, listSessions } from '../../contract.ts';
import css from '../account.module.css';
import { t as account } from '../messages.en.ts';
import { t } from './messages.en.ts';
import { agentWords } from './session-words.ts';

type Session = Reply<typeof listSessions>['items'][number];

/** My sessions: where each is open, and how to end them. */
export function SessionsPanel() {
  const sessions = useRead('identity', listSessions, {});
  const [isEnding, setEnding] = useState(false);
  const others = (sessions.data?.items ?? []).filter(({ current }) => !current).length;
  return (
    <Panel title={account('identity.account.sessions')} actions={others > 0 && <Button onClick={() => setEnding(true)}>{t('identity.session.end-others')}</Button>}>
      <Asked reading={sessions}>{({ items }) => <ul>{items.map((session) => <OneSession key={session.id} session={session} />)}</ul>}</Asked>
      {isEnding && <EndOthers onClose={() => setEnding(false)} />}
    </Panel>
  );
}

function OneSession({ session }: { session: Session }) {
  const { send, isBusy } = useSend('identity', endSession);
  const from = [agentWords(session.agent), session.address].filter(Boolean).join(' · ') || account('identity.account.session.unknown');
  const end = async (): Promise<void> => {
    await send({ id: session.id });
    announce(account('identity.account.session.ended'));
  };
  return (
    <li className={css.session}>
      <div><b className="strong">{from}</b> {session.current && <Tag look="line">{account('identity.account.session.this')}</Tag>}</div>
      <dl className="facts">
        <dt>{account('identity.account.session.began')}</dt><dd><TwoTimes at={session.createdAt} /></dd>
        <dt>{t('identity.session.seen')}</dt><dd>{session.current ? t('identity.session.seen.now') : <TwoTimes at={session.lastSeenAt} />}</dd>
        <dt>{account('identity.account.session.ends')}</dt><dd><TwoTimes at={session.expiresAt} /></dd>
      </dl>
      {!session.current && <Button isBusy={isBusy} aria-label={account('identity.account.session.end.of', { address: from })} onClick={() => void end().catch(() => undefined)}>{account('identity.account.session.end')}</Button>}
    </li>
  );
}

function EndOthers({ onClose }: { onClose: () => void }) {
  const { send, isBusy, problem } = useSend('identity', endOtherSessions);
  const end = async (): Promise<void> => {
    const { ended } = await send({});
    announce(t('identity.session.ended-others', { n: ended }));
    onClose();
  };
  return (
    <Dialog title={t('identity.session.end-others')} onClose={onClose} actions={<><Button look="danger" isBusy={isBusy} onClick={() => void end().catch(() => undefined)}>{t('identity.session.end-others')}</Button><Button onClick={onClose} data-autofocus>{t('identity.me.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p>{t('identity.session.end-others.what')}</p>
    </Dialog>
  );
}
