import { useEffect, useSyncExternalStore } from 'react';

/** A place with its own clock; the zone is an IANA name. */
export type Place = { name: string; timeZone: string };

/** Where the reader is: the words after the room in the top bar, and the site of the selection, whose clock comes first. */
export type Where = { title?: string; site?: Place | null };

let current: Where = {};
const listeners = new Set<() => void>();

const say = (where: Where): void => {
  current = where;
  if (typeof document !== 'undefined') document.title = where.title ? `${where.title} · Parapet` : 'Parapet';
  for (const listener of listeners) listener();
};

/** Says where the reader is, while the page stands. */
export function useWhere({ title, site }: Where): void {
  const name = site?.name;
  const timeZone = site?.timeZone;
  useEffect(() => {
    const mine: Where = { ...(title !== undefined && { title }), site: name !== undefined && timeZone !== undefined ? { name, timeZone } : null };
    say(mine);
    return () => {
      if (current === mine) say({});
    };
  }, [title, name, timeZone]);
}

/** Where the reader is, for the top bar. */
export const useCurrentWhere = (): Where =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
