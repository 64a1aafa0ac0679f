import { useSyncExternalStore } from 'react';

const query = matchMedia('(max-width: 1000px)');

const subscribe = (listener: () => void): (() => void) => {
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
};

/** Whether the window has no room for panes side by side (a phone, or a desk at 200 %): then the queue stands alone and an alarm is a page. */
export const isNarrow = (): boolean => query.matches;

/** The same for drawing. */
export const useNarrow = (): boolean => useSyncExternalStore(subscribe, isNarrow);
