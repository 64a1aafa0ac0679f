import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '#platform/web/call.ts';
import { useRead } from '#platform/web/query.ts';
import type { Place } from '#platform/web/where.ts';
import { listSites, readSite, type Site } from '#modules/sites/contract.ts';

const A_PAGE = 200;
const MOST_PAGES = 25;

async function allSites(signal: AbortSignal): Promise<ReadonlyMap<string, Place>> {
  const found = new Map<string, Place>();
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { items, next } = await call('sites', listSites, { limit: A_PAGE, ...(after === undefined ? {} : { after }) }, { signal });
    for (const { id, name, timeZone } of items) found.set(id, { name, timeZone });
    if (next === null) break;
    after = next;
  }
  return found;
}

const NONE: ReadonlyMap<string, Place> = new Map();

/** Names and zones of the sites that the reader sees, read once for every list; empty until they are there. */
export function useSites(): ReadonlyMap<string, Place> {
  return useQuery({ queryKey: ['sites', 'names', {}], queryFn: ({ signal }) => allSites(signal), structuralSharing: false }).data ?? NONE;
}

/** One site's name and zone; null where there is none, or until it is read. */
export function useSite(id: string | null): Place | null {
  const { data } = useRead('sites', readSite, { id: id ?? '' }, { isOn: id !== null });
  return id === null || !data ? null : { name: data.name, timeZone: data.timeZone };
}

/** Sites by words, for a picker. */
export function useSiteOptions(): { options: { value: string; title: string; note: string }[]; find: (words: string) => void; isSearching: boolean } {
  const [q, find] = useState('');
  const found = useRead('sites', listSites, { limit: 20, state: 'active', ...(q === '' ? {} : { q }) });
  const option = ({ id, name, code, above }: Site) => ({ value: id, title: name, note: [...above.slice(-2), code].join(' · ') });
  return { options: (found.data?.items ?? []).map(option), find, isSearching: found.state === 'waiting' };
}
