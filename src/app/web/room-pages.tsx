import { useLocation } from '@tanstack/react-router';
import { useRef } from 'react';
import { Link } from '#platform/web/navigation.tsx';
import { GROUPS, type Page } from '#platform/web/web-module.ts';
import { cx } from '#ui/class-names.ts';
import { useIntoView } from '#ui/into-view.ts';
import { t } from './messages.en.ts';
import type { Room } from './modules.ts';
import css from './room-pages.module.css';

const MOST_IN_A_ROW = 8;

/** The pages of a room that has several. */
export function RoomPages({ room }: { room: Room }) {
  const { pathname } = useLocation();
  const isAt = (path: string): boolean => pathname === path || pathname.startsWith(`${path}/`);
  const nearest = room.pages.filter((page) => isAt(page.path)).sort((a, b) => b.path.length - a.path.length)[0];
  const row = useRef<HTMLElement>(null);
  useIntoView(row, '[aria-current]', nearest?.path);
  const link = (page: Page) => <Link key={page.path} to={page.path} aria-current={page === nearest ? 'page' : undefined}>{page.title}</Link>;
  return (
    <nav ref={row} className={cx(css.pages, isGrouped(room) && css.grouped)} aria-label={t('shell.pages', { room: t(`room.${room.key}`) })}>
      {isGrouped(room) ? groupsOf(room).map(([group, pages]) => (
        <div key={group} role="group" aria-label={t(`group.${group}`)} className={css.group}>
          <span aria-hidden className={css.name}>{t(`group.${group}`)}</span>
          {pages.map(link)}
        </div>
      )) : room.pages.map(link)}
    </nav>
  );
}

/** Whether the room has so many pages that they stand in groups, beside the page where there is room. */
export const isGrouped = (room: Room): boolean => room.pages.length > MOST_IN_A_ROW && room.pages.some((page) => page.group);

const groupsOf = (room: Room) => GROUPS.map((group) => [group, room.pages.filter((page) => (page.group ?? 'system') === group)] as const).filter(([, pages]) => pages.length > 0);
