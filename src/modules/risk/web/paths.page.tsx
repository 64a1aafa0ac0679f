import { Link } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { listFloors } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './studio.module.css';

/** The floors whose plans can be studied. */
export default function PathsPage() {
  useWhere({ title: t('risk.paths.title') });
  const reading = useRead('risk', listFloors, {});
  return (
    <article className={css.floors}>
      <h1 className="title">{t('risk.paths.title')}</h1>
      <p className="t2">{t('risk.paths.what')}</p>
      <Asked reading={reading}>{({ items, isCut }) => (
        <Panel title={t('risk.floors')} note={String(items.length)}>
          {items.length === 0 ? <Empty>{t('risk.floors.none')}</Empty> : (
            <ul className={css.list}>
              {items.map(({ id, name, above, hasFigures, assets, below }) => <li key={id}><Link to={`/risk/paths/${id}`}><b className="strong">{name}</b></Link><span className="t2 small cut">{above.join(' › ')}</span><span className="space" />{below > 0 && <Tag look="p2" icon="warning">{t('risk.floors.below', { n: below })}</Tag>}<span className="t2 small nowrap">{t('risk.floors.assets', { n: assets })}{!hasFigures && `, ${t('risk.floors.bare')}`}</span></li>)}
              {isCut && <li className="t2">{t('risk.floors.cut')}</li>}
            </ul>
          )}
        </Panel>
      )}</Asked>
    </article>
  );
}
