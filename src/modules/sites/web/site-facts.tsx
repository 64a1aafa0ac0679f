import { useNow } from '#ui/clock.ts';
import { timeWords } from '#ui/times.ts';
import { wallAt } from '#ui/zone.ts';
import type { Site } from '../contract.ts';
import { kindWord, t } from './messages.en.ts';

/** What is known of a site. */
export function SiteFacts({ site }: { site: Site }) {
  const now = useNow();
  const unknown = <span className="t3">{t('sites.unknown')}</span>;
  return (
    <dl className="facts">
      <dt>{t('sites.kind')}</dt><dd>{kindWord(site.kind)}</dd>
      <dt>{t('sites.above')}</dt><dd>{site.above.length > 0 ? site.above.join(' › ') : t('sites.none.above')}</dd>
      <dt>{t('sites.zone')}</dt><dd>{site.timeZone} <span className="t2">{t('sites.zone.now', { time: timeWords(wallAt(now, site.timeZone)) })}</span></dd>
      <dt>{t('sites.country')}</dt><dd>{site.country ?? unknown}</dd>
      <dt>{t('sites.place')}</dt><dd>{site.city || unknown}</dd>
      <dt>{t('sites.address')}</dt><dd>{site.address || unknown}</dd>
      <dt>{t('sites.position')}</dt><dd>{site.latitude === null ? unknown : <span className="mono">{site.latitude.toFixed(5)}, {site.longitude?.toFixed(5)}</span>}</dd>
    </dl>
  );
}
