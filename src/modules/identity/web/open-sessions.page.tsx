import { useList } from '#platform/web/query.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { listOpenSessions, type OpenSession } from '../contract.ts';
import { t } from './account/messages.en.ts';
import { agentWords, withWords } from './account/session-words.ts';
import { t as account } from './messages.en.ts';

const VIEW = viewOf({ q: text() });

const COLUMNS: readonly Column<OpenSession>[] = [
  { key: 'who', title: t('identity.open-sessions.person'), cell: (session) => <b className="strong">{session.person}</b> },
  { key: 'from', title: t('identity.open-sessions.from'), cell: (session) => [agentWords(session.agent), session.address].filter(Boolean).join(' · ') || <span className="t3">{account('identity.account.session.unknown')}</span> },
  { key: 'with', title: t('identity.open-sessions.with'), isSpare: true, cell: (session) => withWords(session.openedWith) },
  { key: 'began', title: account('identity.account.session.began'), cell: (session) => <TwoTimes at={session.createdAt} /> },
  { key: 'seen', title: t('identity.session.seen'), cell: (session) => <TwoTimes at={session.lastSeenAt} /> },
  { key: 'ends', title: account('identity.account.session.ends'), isSpare: true, cell: (session) => <TwoTimes at={session.expiresAt} /> },
];

export default function OpenSessionsPage() {
  const [view, setView] = useView(VIEW);
  const go = useGo();
  const list = useList('identity', listOpenSessions, { q: view.q });
  useWhere({ title: t('identity.open-sessions') });
  // A session is ended on its person's page, where one sees whose it is.
  const open = (session: OpenSession): void => go(`/people/${session.personId}?tab=access`);
  return (
    <ListPage
      title={t('identity.open-sessions')}
      filters={<><SearchBox label={t('identity.open-sessions.find')} value={view.q} onValue={(q) => setView({ q })} /><p className="t2 desk-only">{t('identity.open-sessions.why')}</p></>}
      foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={null} tookMs={list.tookMs} /> : null}
    >
      <Asked reading={list}>
        {(sessions) => sessions.length === 0 ? <Empty action={view.q && <Button onClick={() => setView({ q: undefined })}>{t('identity.open-sessions.clear')}</Button>}>{t('identity.open-sessions.none')}</Empty> : (
          <DataTable label={t('identity.open-sessions')} columns={COLUMNS} rows={sessions} idOf={(session) => session.id} nameOf={(session) => session.person} onOpen={open} more={list.more} isReadingMore={list.isReadingMore} phone={(session) => ({ title: session.person, second: [agentWords(session.agent), session.address].filter(Boolean).join(' · '), right: <TwoTimes at={session.lastSeenAt} /> })} />
        )}
      </Asked>
    </ListPage>
  );
}
