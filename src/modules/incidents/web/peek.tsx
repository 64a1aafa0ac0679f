import { useRead } from '#platform/web/query.ts';
import { LinkButton } from '#ui/button.tsx';
import { Asked, Waiting } from '#ui/states.tsx';
import { Age, TwoTimes } from '#ui/time.tsx';
import { type Classification, type IncidentRow, listLog } from '../contract.ts';
import { typeTitle } from './classification.ts';
import css from './incidents.module.css';
import { LossWords, StateOf } from './list.page.tsx';
import { t } from './messages.en.ts';
import { SeverityMark } from './severity.tsx';

/** What one wants to know of a row without leaving the list. Of a walled one only what the list says: its reading is not recorded yet. */
export function Peek({ row, classification }: { row: IncidentRow; classification: Classification | undefined }) {
  return (
    <div className={css.peek}>
      <h2 className="head">{row.title}</h2>
      <div className="row"><SeverityMark severity={row.severity} /> <StateOf row={row} /></div>
      <dl className="facts">
        <dt>{t('incidents.type')}</dt><dd>{typeTitle(classification, row.type) ?? t('incidents.unclassified')}</dd>
        <dt>{t('incidents.began')}</dt><dd><TwoTimes at={row.occurredFrom} siteZone={row.timeZone ?? undefined} /></dd>
        <dt>{t('incidents.known')}</dt><dd><TwoTimes at={row.knownAt} siteZone={row.timeZone ?? undefined} /></dd>
        <dt>{t('incidents.where')}</dt><dd>{[row.site, row.place].filter(Boolean).join(', ') || t('incidents.not-said')}</dd>
        <dt>{t('incidents.lead')}</dt><dd>{row.commander ?? t('incidents.nobody')}</dd>
        <dt>{t('incidents.loss')}</dt><dd><LossWords row={row} /></dd>
        {row.state === 'open' && <><dt>{t('incidents.open-for')}</dt><dd><Age since={row.knownAt} /></dd></>}
      </dl>
      <LinkButton to={`/incidents/${row.id}`} size="large" keyCap="Enter">{t('incidents.open')}</LinkButton>
      {row.isWalled ? <p className="t2 small">{t('incidents.peek.walled')}</p> : <LastSaid id={row.id} />}
    </div>
  );
}

function LastSaid({ id }: { id: string }) {
  const log = useRead('incidents', listLog, { id, limit: 3 });
  return (
    <section>
      <h3 className="label">{t('incidents.log.last')}</h3>
      <Asked reading={log} waiting={<Waiting rows={2} rowHeight={26} />}>
        {({ items }) => (items.length === 0 ? <p className="t2 small">{t('incidents.log.none')}</p> : <ul className={css.said}>{items.filter(({ struckAt }) => struckAt === null).map((entry) => <li key={entry.id}><span className="t2">{entry.author}</span> {entry.text}</li>)}</ul>)}
      </Asked>
    </section>
  );
}
