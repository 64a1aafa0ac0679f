import { keepPreviousData, QueryClient, type QueryKey, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { CallInput, Endpoint, Reply } from '#platform/kernel/contract.ts';
import { call, type CallOptions, newKey, ProblemError } from './call.ts';
import { t } from './messages.en.ts';

const mayHelpToTryAgain = (error: unknown): boolean => error instanceof ProblemError && (error.status === 0 || error.status >= 500);

/** The one cache of what was read. Live events say what to read again, so nothing is read again for its age alone. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 60_000, refetchOnWindowFocus: false, retry: (count, error) => count < 2 && mayHelpToTryAgain(error), retryDelay: (count) => 500 * 2 ** count },
  },
});

/** The cache's key of a reading: module, path, input. Live events find it by module and by the input's `id`. */
export const keyOf = (module: string, endpoint: Endpoint, input: unknown): QueryKey => [module, endpoint.path, input];

/**
 * What came of a reading. `failed` has nothing to show; `ready` may carry a `problem` too: then the data is old, of `readAt`.
 */
export type Reading<T> =
  | { state: 'waiting'; data: undefined; problem: null; readAt: null; again: () => void }
  | { state: 'failed'; data: undefined; problem: ProblemError; readAt: null; again: () => void }
  | { state: 'ready'; data: T; problem: ProblemError | null; readAt: Date; again: () => void };

const problemIn = (error: unknown): ProblemError | null =>
  error === null || error === undefined ? null : error instanceof ProblemError ? error : new ProblemError({ detail: t('call.unread') });

function readingOf<T>(query: { data: T | undefined; error: unknown; dataUpdatedAt: number; refetch: () => Promise<unknown> }): Reading<T> {
  const problem = problemIn(query.error);
  const again = (): void => void query.refetch();
  if (query.data !== undefined) return { state: 'ready', data: query.data, problem, readAt: new Date(query.dataUpdatedAt), again };
  if (problem) return { state: 'failed', data: undefined, problem, readAt: null, again };
  return { state: 'waiting', data: undefined, problem: null, readAt: null, again };
}

type ReadOptions = {
  /** Not asked while false, so that a page can wait for what it needs. */
  isOn?: boolean;
  /** Milliseconds between readings without an event, for what no event tells. */
  everyMs?: number;
};

/** Reads an operation, and again when a live event says that it changed. */
export function useRead<const E extends Endpoint>(module: string, endpoint: E, input: CallInput<E>, { isOn = true, everyMs }: ReadOptions = {}): Reading<Reply<E>> {
  const query = useQuery<Reply<E>>({
    queryKey: keyOf(module, endpoint, input),
    queryFn: ({ signal }) => call(module, endpoint, input, { signal }),
    enabled: isOn,
    ...(everyMs !== undefined && { refetchInterval: everyMs }),
  });
  return readingOf(query);
}

type ListOf<E extends Endpoint> = Reply<E> extends { items: readonly (infer T)[] } ? T : never;

/** A keyset list: all items read so far, `more` while the server has more, `total` where it says one, `tookMs` of the last reading. */
export type Listing<T> = Reading<readonly T[]> & { more: (() => void) | null; isReadingMore: boolean; total: number | null; tookMs: number | null };

type Paged = { items: readonly unknown[]; next: string | null; total?: number };

const pagesOf = <const E extends Endpoint>(module: string, endpoint: E, input: Omit<CallInput<E>, 'after'>) => ({
  queryKey: keyOf(module, endpoint, input),
  queryFn: async ({ signal, pageParam }: { signal: AbortSignal; pageParam: string | undefined }) => {
    const start = performance.now();
    const page = (await call(module, endpoint, { ...input, after: pageParam } as never, { signal })) as Paged;
    return { ...page, tookMs: performance.now() - start };
  },
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last: Paged) => last.next ?? undefined,
});

/** Begins to read the first page of a list for a page that is still on its way; `useList` with the same input takes it up. */
export function beginList<const E extends Endpoint>(module: string, endpoint: E, input: Omit<CallInput<E>, 'after'>): void {
  const pages = pagesOf(module, endpoint, input);
  if (queryClient.getQueryState(pages.queryKey) === undefined) void queryClient.prefetchInfiniteQuery(pages);
}

/** Reads a list page by page (`after`); a change of filters keeps the old rows until the new ones are there. */
export function useList<const E extends Endpoint>(module: string, endpoint: E, input: Omit<CallInput<E>, 'after'>, { isOn = true }: Omit<ReadOptions, 'everyMs'> = {}): Listing<ListOf<E>> {
  const query = useInfiniteQuery({
    ...pagesOf(module, endpoint, input),
    placeholderData: keepPreviousData,
    enabled: isOn,
  });
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items as ListOf<E>[]), [query.data]);
  return {
    ...readingOf({ ...query, data: items }),
    more: query.hasNextPage ? () => void query.fetchNextPage() : null,
    isReadingMore: query.isFetchingNextPage,
    total: query.data?.pages[0]?.total ?? null,
    tookMs: query.data?.pages.at(-1)?.tookMs ?? null,
  };
}

/** A verb that a page may send. `send` rejects with the same `ProblemError` that `problem` keeps. */
export type Sending<E extends Endpoint> = {
  send: (input: CallInput<E>, options?: Pick<CallOptions, 'ifMatch'>) => Promise<Reply<E>>;
  isBusy: boolean;
  problem: ProblemError | null;
  forget: () => void;
};

/**
 * Sends a verb; what was read of its module is read again afterwards. The same input sent again after a failure carries
 * the same Idempotency-Key, so that a lost answer never does a thing twice.
 */
export function useSend<const E extends Endpoint>(module: string, endpoint: E): Sending<E> {
  const cache = useQueryClient();
  const [state, setState] = useState<{ isBusy: boolean; problem: ProblemError | null }>({ isBusy: false, problem: null });
  const unanswered = useRef<{ body: string; key: string } | null>(null);
  const send = useCallback<Sending<E>['send']>(
    async (input, options = {}) => {
      const body = JSON.stringify(input);
      if (unanswered.current?.body !== body) unanswered.current = { body, key: newKey() };
      setState({ isBusy: true, problem: null });
      try {
        const reply = await call(module, endpoint, input, { ...options, key: unanswered.current.key });
        unanswered.current = null;
        setState({ isBusy: false, problem: null });
        return reply;
      } catch (error) {
        setState({ isBusy: false, problem: problemIn(error) });
        throw error;
      } finally {
        void cache.invalidateQueries({ queryKey: [module] });
      }
    },
    [cache, endpoint, module],
  );
  const forget = useCallback(() => setState({ isBusy: false, problem: null }), []);
  return { send, ...state, forget };
}
