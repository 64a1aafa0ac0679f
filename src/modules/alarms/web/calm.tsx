import { useRead } from '#platform/web/query.ts';
import { readersZone } from '#platform/web/session.tsx';
import { useNow } from '#ui/clock.ts';
import { twoClocks } from '#ui/times.ts';
import { listAlarms } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './queue-pane.module.css';

/** The latest alarm of all, open or closed; null where there never was one. */
export function useLatest(isOn: boolean): { isKnown: boolean; at: string | null } {
  const reading = useRead('alarms', listAlarms, { state: 'all', limit: 1 }, { isOn });
  return { isKnown: reading.state === 'ready', at: reading.data?.items[0]?.raisedAt ?? null };
}

/** Good news: nothing waits, and since when. */
export function Calm() {
  const { isKnown, at } = useLatest(true);
  const now = useNow();
  if (!isKnown) return null;
  if (at === null) return <p className={css.calm}>{t('watch.queue.empty')}</p>;
  const zone = readersZone();
  return <p className={css.calm}>{t('watch.queue.calm.last', { time: twoClocks(new Date(at), { siteZone: zone, readerZone: zone, now }).site.text })}</p>;
}
