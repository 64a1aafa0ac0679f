import { useSyncExternalStore } from 'react';

export type Theme = 'dark' | 'light';
const KEY = 'parapet.theme';
const listeners = new Set<() => void>();

const current = (): Theme => (document.documentElement.dataset['theme'] === 'light' ? 'light' : 'dark');

/** The theme now, and how to set it on this device. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const theme = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, current);
  const set = (next: Theme): void => {
    document.documentElement.dataset['theme'] = next;
    localStorage.setItem(KEY, next);
    for (const listener of listeners) listener();
  };
  return [theme, set];
}
