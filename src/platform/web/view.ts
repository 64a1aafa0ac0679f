import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';

/** One field of a view: how it is read from the URL and written into it. What can't be read is as if it were not there. */
export type ViewField<T> = { readonly read: (raw: string | undefined) => T; readonly write: (value: T) => string | undefined };

/** Any text; absent where empty. */
export const text = (): ViewField<string | undefined> => ({ read: (raw) => raw || undefined, write: (value) => value || undefined });

/** One of a list; the first is meant where nothing is said, and isn't written. */
export const one = <const T extends string>(choices: readonly [T, ...T[]]): ViewField<T> => ({
  read: (raw) => choices.find((choice) => choice === raw) ?? choices[0],
  write: (value) => (value === choices[0] ? undefined : value),
});

/** Several of a list, by commas; empty means no limit. */
export const many = <const T extends string>(choices: readonly T[]): ViewField<T[]> => ({
  read: (raw) => (raw ?? '').split(',').filter((part): part is T => choices.some((choice) => choice === part)),
  write: (value) => value.join(',') || undefined,
});

/** A whole number. */
export const whole = (): ViewField<number | undefined> => ({ read: (raw) => (raw !== undefined && /^-?\d{1,15}$/.test(raw) ? Number(raw) : undefined), write: (value) => value?.toString() });

/** On or off. */
export const flag = (): ViewField<boolean> => ({ read: (raw) => raw === '1', write: (value) => (value ? '1' : undefined) });

/** What a view holds. */
export type View<F> = { -readonly [K in keyof F]: F[K] extends ViewField<infer T> ? T : never };

/** Declares what of a page stands in its URL. */
export const viewOf = <const F extends { readonly [K in keyof F]: { readonly read: (raw: string | undefined) => unknown } }>(fields: F): F => fields;

/** Reads a view from the URL's fields. */
export const readView = <F extends object>(fields: F, search: Readonly<Record<string, string | undefined>>): View<F> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, (field as ViewField<unknown>).read(search[name])])) as View<F>;

/** Writes a view as the URL's fields; what is meant anyway is left out. */
export const writeView = <F extends object>(fields: F, view: Readonly<Record<string, unknown>>): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, (field as ViewField<unknown>).write(view[name])]));

type SetView<F> = (change: Partial<View<F>>, how?: { push?: boolean }) => void;

/** The page's view and how to change it: the URL is replaced, or with `push` a step of history is made. */
export function useView<F extends object>(fields: F): [View<F>, SetView<F>] {
  const search = useSearch({ strict: false }) as Record<string, string | undefined>;
  const navigate = useNavigate();
  const view = useMemo(() => readView(fields, search), [fields, search]);
  const setView = useCallback<SetView<F>>(
    (change, { push = false } = {}) => {
      const next = (before: Record<string, string | undefined>) => ({ ...before, ...writeView(fields, { ...readView(fields, before), ...change }) });
      void navigate({ to: '.', search: next as never, replace: !push, resetScroll: false });
    },
    [fields, navigate],
  );
  return [view, setView];
}

/** Parses a query string into plain words, as `useView` reads them. */
export const parseSearch = (search: string): Record<string, string> => Object.fromEntries(new URLSearchParams(search));

/** Writes plain words as a query string; commas and colons stay readable. */
export function writeSearch(search: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  return query.size > 0 ? `?${query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':')}` : '';
}
