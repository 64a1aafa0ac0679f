import { useMatches, useRouterState } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { startLive, useConnection } from '#platform/web/live.ts';
import { DecisionWordsProvider } from '#platform/web/decision-words.tsx';
import { RecordsProvider } from '#platform/web/navigation.tsx';
import { queryClient } from '#platform/web/query.ts';
import { useMay, useMe } from '#platform/web/session.tsx';
import type { Page } from '#platform/web/web-module.ts';
import { Announcer } from '#ui/announcer.tsx';
import { cx } from '#ui/class-names.ts';
import { soundFalling } from '#ui/sound.ts';
import { Banners } from './banners.tsx';
import { t } from './messages.en.ts';
import { decisions, records, roomsFor } from './modules.ts';
import { NotFound } from './not-found.tsx';
import { Rail } from './rail.tsx';
import { isGrouped, RoomPages } from './room-pages.tsx';
import css from './shell.module.css';
import { TopBar } from './top-bar.tsx';

const loadCommandBar = () => import('./command-bar.tsx');
const CommandBar = lazy(loadCommandBar);
const QUIET_MS = 2_000;
const AllKeys = lazy(() => import('./all-keys.tsx'));

/** The page that the address leads to, where it leads to one. */
const usePage = (): Page | undefined => useMatches().map((match) => (match.staticData as { page?: Page }).page).findLast((page) => page !== undefined);

/** Everything around a page: rail, top bar, banners, the room's pages, command bar, keys. */
export function Shell({ children }: { children: ReactNode }) {
  const me = useMe();
  const page = usePage();
  const may = useMay(page?.permission);
  const [open, setOpen] = useState<'command' | 'keys' | null>(null);
  const rooms = roomsFor(me.permissions);
  const room = rooms.find((one) => one.key === page?.room);
  const isWindow = page?.layout === 'window' && may;
  const isBoard = isWindow || (page?.layout === 'board' && may);
  const listed = room && may && !isBoard && !page?.path.includes('$') && room.pages.length > 1 ? room : undefined;
  useEffect(() => startLive(queryClient), []);
  useFallingTone();
  useEffect(() => {
    const timer = setTimeout(() => void loadCommandBar(), QUIET_MS);
    return () => clearTimeout(timer);
  }, []);
  useCommands([
    { key: '/', title: t('shell.command'), isKeyOnly: true, run: () => setOpen('command') },
    { key: 'Ctrl+K', title: t('shell.command'), isKeyOnly: true, run: () => setOpen(open === 'command' ? null : 'command') },
    { key: '?', title: t('shell.keys.title'), run: () => setOpen('keys') },
  ]);
  const main = useFocusOnNewPage();
  return (
    <RecordsProvider records={records}>
      <a className={css.skip} href="#page">{t('shell.skip')}</a>
      <div className={cx(css.shell, isWindow && css.window)}>
        {!isWindow && <Rail rooms={rooms} current={room?.key} />}
        <div className={css.column}>
          {!isWindow && <TopBar room={room} title={page?.title} isBoard={isBoard} onCommand={() => setOpen('command')} onKeys={() => setOpen('keys')} />}
          <Banners />
          <div className={listed && isGrouped(listed) ? css.beside : css.below}>
            {listed && <RoomPages room={listed} />}
            <main id="page" ref={main} tabIndex={-1} className={cx(css.main, isBoard && css.board)}><DecisionWordsProvider words={decisions}>{may ? children : <NotFound />}</DecisionWordsProvider></main>
          </div>
        </div>
      </div>
      <Suspense fallback={null}>
        {open === 'command' && <CommandBar onClose={() => setOpen(null)} />}
        {open === 'keys' && <AllKeys onClose={() => setOpen(null)} />}
      </Suspense>
      <Announcer />
    </RecordsProvider>
  );
}

/** A lost connection has its own tone, in the rooms with sound. */
function useFallingTone(): void {
  const { kind } = useConnection();
  useEffect(() => {
    if (kind === 'cut') soundFalling();
  }, [kind]);
}

/** After a step to another page the focus goes to it, so that a reader hears the new page and not the old link. */
function useFocusOnNewPage() {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const before = useRef(path);
  useEffect(() => {
    if (before.current !== path && !main.current?.contains(document.activeElement)) main.current?.focus({ preventScroll: true });
    before.current = path;
  }, [path]);
  return main;
}
