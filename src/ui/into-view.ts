import { type RefObject, useLayoutEffect } from 'react';

/** Keeps the current one of a row that scrolls sideways in sight; the page itself does not move. */
export function useIntoView(row: RefObject<HTMLElement | null>, current: string, key: string | undefined): void {
  useLayoutEffect(() => {
    const one = row.current?.querySelector<HTMLElement>(current);
    if (!row.current || !one) return;
    const [box, its] = [row.current.getBoundingClientRect(), one.getBoundingClientRect()];
    const left = its.left < box.left ? its.left - box.left : Math.max(0, its.right - box.right);
    row.current.scrollBy({ left, behavior: 'instant' });
  }, [row, current, key]);
}
