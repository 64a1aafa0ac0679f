import { useLocation } from '@tanstack/react-router';
import { useRef } from 'react';
import { Link } from '#platform/web/navigation.tsx';
import { useIntoView } from '#ui/into-view.ts';
import { t } from './messages.en.ts';
import type { Room } from './modules.ts';
import css from './room-pages.module.css';

/** The pages of a room that has several. */
export function RoomPages({ room }: { room: Room }) {
  const { pathname } = useLocation();
  const isAt = (path: string): boolean => pathname === path || pathname.startsWith(`${path}/`);
  const nearest = room.pages.filter((page) => isAt(page.path)).sort((a, b) => b.path.length - a.path.length)[0];
  const row = useRef<HTMLElement>(null);
  useIntoView(row, '[aria-current]', nearest?.path);
  return (
    <nav ref={row} className={css.pages} aria-label={t('shell.pages', { room: t(`room.${room.key}`) })}>
      {room.pages.map((page) => (
        <Link key={page.path} to={page.path} aria-current={page === nearest ? 'page' : undefined}>{page.title}</Link>
      ))}
    </nav>
  );
}
