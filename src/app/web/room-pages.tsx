import { useLocation } from '@tanstack/react-router';
import { type ReactNode, useRef } from 'react';
import { Link } from '#platform/web/navigation.tsx';
import { GROUPS, type GroupKey, type Page } from '#platform/web/web-module.ts';
import { cx } from '#ui/class-names.ts';
import { useIntoView } from '#ui/into-view.ts';
import { t } from './messages.en.ts';
import type { Room } from './modules.ts';
import css from './room-pages.module.css';

const MOST_IN_A_ROW = 8;

/** The pages of a room that has several; of many, at a desk all of them by group, else the groups and the pages of the one that is open. */
export function RoomPages({ room }: { room: Room }) {
  const { pathname } = useLocation();
  const isAt = (path: string): boolean => pathname === path || pathname.startsWith(`${path}/`);
  const nearest = room.pages.filter((page) => isAt(page.path)).sort((a, b) => b.path.length - a.path.length)[0];
  const link = (page: Page) => <Link key={page.path} to={page.path} aria-current={page === nearest ? 'page' : undefined}>{page.title}</Link>;
  const name = t('shell.pages', { room: t(`room.${room.key}`) });
  if (!isGrouped(room)) return <nav className={css.pages} aria-label={name}><Row at={nearest?.path}>{room.pages.map(link)}</Row></nav>;
  const groups = groupsOf(room);
  const open = groups.find(([, pages]) => nearest && pages.includes(nearest))?.[0];
  return (
    <nav className={cx(css.pages, css.grouped)} aria-label={name}>
      <Row at={open} className={css.doors}>{groups.map(([group, [first]]) => first && <Link key={group} to={first.path} aria-current={group === open ? 'true' : undefined}>{t(`group.${group}`)}</Link>)}</Row>
      {groups.map(([group, pages]) => (
        <div key={group} role="group" aria-label={t(`group.${group}`)} className={cx(css.group, group === open && css.open)}>
          <span aria-hidden className={css.name}>{t(`group.${group}`)}</span>
          <Row at={nearest?.path}>{pages.map(link)}</Row>
        </div>
      ))}
    </nav>
  );
}

/** A row that scrolls sideways where it is too long, with its current one in sight. */
function Row({ at, className, children }: { at: string | undefined; className?: string | undefined; children: ReactNode }) {
  const row = useRef<HTMLDivElement>(null);
  useIntoView(row, '[aria-current]', at);
  return <div ref={row} className={cx(css.row, className)}>{children}</div>;
}

/** Whether the room has so many pages that they stand in groups, beside the page where there is room. */
export const isGrouped = (room: Room): boolean => room.pages.length > MOST_IN_A_ROW && room.pages.some((page) => page.group);

/** The pages of a room by group, in the order of the groups; a group without a page is left out. */
export const groupsOf = (room: Room): [GroupKey, Page[]][] => GROUPS.map((group): [GroupKey, Page[]] => [group, room.pages.filter((page) => (page.group ?? 'system') === group)]).filter(([, pages]) => pages.length > 0);

/** The pages of a room as its list has them. */
export const pagesInOrder = (room: Room): readonly Page[] => (isGrouped(room) ? groupsOf(room).flatMap(([, pages]) => pages) : room.pages);
