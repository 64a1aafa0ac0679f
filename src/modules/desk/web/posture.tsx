import { Link } from '#platform/web/navigation.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Empty } from '#ui/states.tsx';
import type { SitePosture } from '../contract.ts';
import css from './desk.module.css';
import { t } from './messages.en.ts';

/** A number that leads to its records; nought is grey and leads nowhere. */
function Count({ n, to, note, look }: { n: number; to: string; note?: string | undefined; look?: string | undefined }) {
  if (n === 0) return <span className={css.nought}>0</span>;
  return <><Link to={to}>{n}</Link>{note && <span className={look}> · {note}</span>}</>;
}

/** How each site stands, the gravest first. A site where nothing is open isn't listed. */
export function Posture({ sites, of }: { sites: readonly SitePosture[]; of: number }) {
  return (
    <Panel title={t('desk.posture')} note={t('desk.posture.note', { n: sites.length, of })}>
      {sites.length === 0 ? <Empty>{t('desk.posture.calm')}</Empty> : (
        <div className={css.scroll}>
          <table className={css.table}>
            <thead><tr><th scope="col">{t('desk.posture.site')}</th><th scope="col">{t('desk.posture.alarms')}</th><th scope="col">{t('desk.posture.incidents')}</th><th scope="col" className={css.spare}>{t('desk.posture.down')}</th><th scope="col" className={css.spare}>{t('desk.posture.late')}</th></tr></thead>
            <tbody>
              {sites.map((site) => (
                <tr key={site.siteId}>
                  <th scope="row"><Link to={`/sites/${site.siteId}`}>{site.name}</Link></th>
                  <td><Count n={site.alarms} to={`/watch/history?state=open&site=${site.siteId}`} note={site.urgentAlarms > 0 ? t('desk.posture.urgent', { n: site.urgentAlarms }) : undefined} look={css.late} /></td>
                  <td><Count n={site.incidents} to={`/incidents?state=open&site=${site.siteId}`} note={site.worst === null ? undefined : t('desk.posture.worst', { n: site.worst })} look={site.worst !== null && site.worst >= 4 ? css.grave : 't2'} /></td>
                  <td className={css.spare}><Count n={site.devicesDown} to="/watch/devices?reach=down" /></td>
                  <td className={css.spare}><Count n={site.lateActions + site.lateOrders} to={site.lateOrders > 0 ? '/watch/work-orders?overdue=1' : `/incidents?site=${site.siteId}`} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
