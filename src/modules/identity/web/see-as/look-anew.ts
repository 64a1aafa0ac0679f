import { useEffect, useRef } from 'react';
import type { Session } from '#platform/web/session.tsx';

/** Begins the page anew from the first room: with other rights nothing that was read before may stand. */
export const lookAnew = (): void => location.assign('/');

/** Looks anew where this session sees with other rights than when the page began: begun or ended in another tab, or run out. */
export function useLookAnew(seeingAs: Session['seeingAs']): void {
  const now = seeingAs === null ? '' : `${seeingAs.title} ${seeingAs.until}`;
  const first = useRef(now);
  useEffect(() => {
    if (now !== first.current) lookAnew();
  }, [now]);
}
