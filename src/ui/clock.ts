import { useSyncExternalStore } from 'react';
import { serverNow } from '#platform/web/live.ts';

let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    now = serverNow().getTime();
    timer = setInterval(() => {
      now = serverNow().getTime();
      for (const one of listeners) one();
    }, 1_000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

/** The server's time, once a second, for ages and targets; all of a screen tick together. */
export const useNow = (): Date => new Date(useSyncExternalStore(subscribe, () => now));
