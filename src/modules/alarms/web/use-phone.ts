import { useSyncExternalStore } from 'react';

const query = matchMedia('(max-width: 700px)');

const subscribe = (listener: () => void): (() => void) => {
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
};

/** Whether the window is a phone's: one pane at a time, and a record is a page. */
export const usePhone = (): boolean => useSyncExternalStore(subscribe, () => query.matches);
