import { Link } from '#platform/web/navigation.tsx';
import { useMe } from '#platform/web/session.tsx';
import type { RoomKey, Waiting } from '#platform/web/web-module.ts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { cx } from '#ui/class-names.ts';
import { Dialog } from '#ui/dialog.tsx';
import { Icon, Mark } from '#ui/icon.tsx';
import { t } from './messages.en.ts';
import { modules, type Room } from './modules.ts';
import css from './rail.module.css';

const TABS = 5;

/** The rooms: a rail at a desk, five tabs on a phone, where more than five have the rest behind the last. */
export function Rail({ rooms, current }: { rooms: readonly Room[]; current: RoomKey | undefined }) {
  const [isMoreOpen, setMoreOpen] = useState(false);
  const waiting = useWaiting();
  const doors = rooms.map((room) => ({ room, waiting: waiting.get(room.key) }));
  const isCrowded = rooms.length > TABS;
  return (
    <nav className={css.rail} aria-label={t('shell.rooms')}>
      <span className={css.mark}><Mark /></span>
      {doors.map(({ room, waiting: count }, at) => (
        <Door key={room.key} room={room} isCurrent={room.key === current} waiting={count} isBehindMore={isCrowded && at >= TABS - 1} />
      ))}
      {isCrowded && (
        <button type="button" className={cx(css.door, css.more)} aria-haspopup="dialog" onClick={() => setMoreOpen(true)}>
          <Icon name="admin" size={18} />
          <span>{t('shell.more')}</span>
        </button>
      )}
      {isMoreOpen && (
        <Dialog title={t('shell.rooms')} onClose={() => setMoreOpen(false)}>
          <ul className={css.list}>
            {rooms.slice(TABS - 1).map((room) => (
              <li key={room.key}>
                <Link to={room.pages[0]?.path ?? '/'} onClick={() => setMoreOpen(false)}><Icon name={room.key} />{t(`room.${room.key}`)}</Link>
              </li>
            ))}
          </ul>
        </Dialog>
      )}
    </nav>
  );
}

type DoorProps = { room: Room; isCurrent: boolean; waiting: Waiting | undefined; isBehindMore: boolean };

function Door({ room, isCurrent, waiting, isBehindMore }: DoorProps) {
  const name = t(`room.${room.key}`);
  const count = waiting && waiting.count > 0 ? waiting : undefined;
  return (
    <Link
      to={room.pages[0]?.path ?? '/'}
      className={cx(css.door, room.key === 'admin' && css.foot, isBehindMore && css.behindMore)}
      aria-current={isCurrent ? 'page' : undefined}
    >
      <Icon name={room.key} size={18} />
      <span>{name}</span>
      {count && <span className={cx(css.count, count.priority && css[`p${count.priority}`])} >{count.count > 99 ? '99+' : count.count}<span className="unseen"> {t('room.waits')}</span></span>}
    </Link>
  );
}

const counted = modules.flatMap((module) => (module.waiting ? [module.waiting] : []));

/** What waits in a room, of all that count there; the most urgent gives its colour. */
function together(read: readonly (readonly [RoomKey, Waiting])[]): Map<RoomKey, Waiting> {
  const rooms = new Map<RoomKey, Waiting>();
  for (const [room, { count, priority }] of read) {
    const before = rooms.get(room);
    const first = [before?.priority, priority].filter((one) => one !== undefined).sort()[0];
    rooms.set(room, { count: (before?.count ?? 0) + count, ...(first !== undefined && { priority: first }) });
  }
  return rooms;
}

function useWaiting(): ReadonlyMap<RoomKey, Waiting> {
  const { permissions } = useMe();
  const mine = counted.filter((one) => one.permission === undefined || permissions.includes(one.permission));
  const { data } = useQuery({
    queryKey: ['shell', 'waiting', mine.map((one) => `${one.room} ${one.topic}`)],
    queryFn: async () => together(await Promise.all(mine.map(async (one) => [one.room, await one.read()] as const))),
    enabled: mine.length > 0,
    meta: { topics: mine.map((one) => one.topic) },
    structuralSharing: false,
  });
  return data ?? new Map();
}
