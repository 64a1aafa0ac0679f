import { useEffect, useRef } from 'react';

/** Where a form within the page closes, the focus goes back to what opened it, unless it went elsewhere by itself. */
export function useFocusBack(openerId: string | null): void {
  const opener = useRef(openerId);
  useEffect(() => {
    const closed = opener.current;
    opener.current = openerId;
    if (closed === null || openerId !== null || (document.activeElement && document.activeElement !== document.body)) return;
    document.getElementById(closed)?.focus({ preventScroll: true });
  }, [openerId]);
}
