import { lazy, type ReactNode, Suspense, useState } from 'react';
import type { Alarm } from '#modules/alarms/contract.ts';
import { Link } from '#platform/web/navigation.tsx';
import { useMay } from '#platform/web/session.tsx';
import { useList, useRead } from '#platform/web/query.ts';
import { type Option, Picker } from '#ui/picker.tsx';
import { listSites, readSite } from '../contract.ts';

/** The name of a site as a link, where it is mine to see; else what `otherwise` says. */
export function SiteName({ id, otherwise = null }: { id: string; otherwise?: ReactNode }) {
  const site = useRead('sites', readSite, { id });
  return site.data ? <Link to={`/sites/${id}`}>{site.data.name}</Link> : site.state === 'failed' ? otherwise : null;
}

type SitePickerProps = { label: string; help?: ReactNode; error?: string | undefined; isOptional?: boolean; value: Option | null; onValue: (option: Option | null) => void };

/** Chooses a site that I may see, found by words in its code, name or city. */
export function SitePicker({ onValue, ...rest }: SitePickerProps) {
  const [words, setWords] = useState('');
  const list = useList('sites', listSites, { state: 'active', q: words || undefined, limit: 30 });
  const has = (text: string): boolean => text.toLocaleLowerCase().includes(words.trim().toLocaleLowerCase());
  // While the server looks, the rows of the words before still stand: what does not fit is not offered, else Enter would take it.
  const options = (list.data ?? []).filter((site) => [site.code, site.name, site.city, site.address].some(has)).map((site) => ({ value: site.id, title: site.name, note: [site.code, ...site.above].join(' · ') }));
  return <Picker {...rest} onValue={onValue} options={options} onWords={setWords} isSearching={list.state === 'waiting'} />;
}

const Place = lazy(() => import('./alarm-place.tsx'));

/** Where an alarm is on the plan of its floor; nothing where no plan has it. Loaded once it is shown, so that a board waits for nothing of it. */
export function AlarmPlace({ alarm }: { alarm: Pick<Alarm, 'id' | 'sourceId' | 'point' | 'siteId'> }) {
  return useMay('sites:read') ? <Suspense fallback={null}><Place key={alarm.id} alarm={alarm} /></Suspense> : null;
}
