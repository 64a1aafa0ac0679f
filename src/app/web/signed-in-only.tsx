import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from '@tanstack/react-router';
import { me } from '#modules/identity/contract.ts';
import { OfflineDoor } from '#platform/offline/web/public.tsx';
import { call, onUnauthenticated } from '#platform/web/call.ts';
import { useConnection } from '#platform/web/live.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { keyOf, queryClient, useRead } from '#platform/web/query.ts';
import { SessionProvider } from '#platform/web/session.tsx';
import { Failed, Waiting } from '#ui/states.tsx';
import { t } from './messages.en.ts';
import css from './page.module.css';

const KEY = keyOf('identity', me, {});

/** Asks who is there while the page is still on its way, so that the two don't wait for each other. */
export function askWhoIsThere(): void {
  if (queryClient.getQueryState(KEY) === undefined) void queryClient.prefetchQuery({ queryKey: KEY, queryFn: ({ signal }) => call('identity', me, {}, { signal }) });
}

// Someone was signed in and the server no longer knows them: ask again who is, which leads to the sign-in.
onUnauthenticated(() => {
  if (queryClient.getQueryData(KEY) !== undefined) void queryClient.resetQueries({ queryKey: KEY });
});

/** What needs a sign-in: reads who is there, and sends a stranger to the sign-in with the way back. */
export function SignedInOnly({ children }: { children: ReactNode }) {
  const session = useRead('identity', me, {});
  const wanted = useRef(useLocation().href);
  const go = useGo();
  const isStranger = session.state === 'failed' && session.problem.status === 401;
  const line = useConnection();
  // A line that was cut may be a session that was ended: then nothing of it stays on the page.
  useEffect(() => {
    if (line.kind === 'cut') void queryClient.refetchQueries({ queryKey: KEY });
  }, [line.kind]);
  useEffect(() => {
    if (isStranger) go(wanted.current === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(wanted.current)}`, { replace: true });
  }, [isStranger, go]);
  if (session.state === 'ready') return <SessionProvider session={session.data}>{children}</SessionProvider>;
  if (isStranger) return null;
  return (
    <main className={css.lone}>
      <h1 className="unseen">{t('shell.who')}</h1>
      {session.state === 'failed' ? <div className={css.page}><Failed problem={session.problem} onAgain={session.again} /><OfflineDoor /></div> : <div className={css.wait}><Waiting rows={4} what={t('shell.who')} /></div>}
    </main>
  );
}
