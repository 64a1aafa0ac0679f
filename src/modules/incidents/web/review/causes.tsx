import { decimal } from '#platform/web/messages.ts';
import { Link } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { dateWords } from '#ui/times.ts';
import { readReviewTrends, type ReviewTrends } from '../../review-contract.ts';
import { capabilityTitle, causeTitle } from '../../review-rules.ts';
import { REACHED_BY_KEYS } from '../scrolling.ts';
import { t } from './messages.en.ts';
import css from './review.module.css';

/** What recurs, of how many reviews; what came back after it was mended; how the actions stand. */
export function Causes() {
  const reading = useRead('incidents', readReviewTrends, {}, { everyMs: 60_000 });
  return (
    <Asked reading={reading}>
      {(trends) => (
        <>
          <p className="t2 small">{t('incidents.causes.of', { n: trends.reviews, from: dateWords(trends.from), to: dateWords(trends.to) })} {t('incidents.causes.share.of')}</p>
          <Returned trends={trends} />
          <CauseTable trends={trends} />
          <div className={css.two}><ActionFigures trends={trends} /><Ratings trends={trends} /></div>
        </>
      )}
    </Asked>
  );
}

type Given = { trends: ReviewTrends };

const Returned = ({ trends }: Given) => (
  <Panel title={t('incidents.returned')} note={t('incidents.returned.of')}>
    {trends.returned.length === 0 && <Empty>{t('incidents.returned.none')}</Empty>}
    <ul className={css.list}>
      {trends.returned.map(({ cause, earlier, later, isSameSite }) => (
        <li key={`${cause} ${later.incidentId}`}>
          <div className={css.line}><b>{causeTitle(cause)}</b>{isSameSite && <Tag look="p2">{t('incidents.returned.same')}</Tag>}</div>
          <div className={css.line}><span>{t('incidents.returned.one', { date: dateWords(earlier.doneAt), number: earlier.number, action: earlier.action })}</span><Link to={`/incidents/${earlier.incidentId}/review`}>{earlier.number}</Link></div>
          <div className={css.line}><span className="t2">{t('incidents.returned.again')}</span><Link to={`/incidents/${later.incidentId}/review`}>{later.number}</Link><span className="t2">{dateWords(later.occurredFrom)}</span></div>
        </li>
      ))}
    </ul>
  </Panel>
);

const CauseTable = ({ trends }: Given) => (
  <Panel title={t('incidents.reviews.tab.causes')}>
    {trends.causes.length === 0 ? <Empty>{t('incidents.causes.none')}</Empty> : (
      <div className={css.scroll} {...REACHED_BY_KEYS} role="group" aria-label={t('incidents.reviews.tab.causes')}>
        <table className={css.table}>
          <thead><tr><th scope="col">{t('incidents.causes.cause')}</th><th scope="col" className={css.end}>{t('incidents.causes.reviews')}</th><th scope="col" className={css.end}>{t('incidents.causes.observations')}</th>{trends.periods.map(({ key }) => <th key={key} scope="col" className={css.end}>{key}</th>)}</tr></thead>
          <tbody>
            {trends.causes.map((one) => (
              <tr key={one.cause}>
                <th scope="row">{causeTitle(one.cause)}</th><td className={css.end}>{t('incidents.causes.share', { n: one.reviews, of: trends.reviews })}</td><td className={css.end}>{one.observations}</td>
                {trends.periods.map(({ key, reviews }, at) => <td key={key} className={css.end}>{reviews === 0 ? <span className="t3">–</span> : t('incidents.causes.share', { n: one.byPeriod[at] ?? 0, of: reviews })}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    )}
  </Panel>
);

const ActionFigures = ({ trends: { actions } }: Given) => (
  <Panel title={t('incidents.actions.figures')}>
    <div className={css.pad}>
      {actions.due === 0 ? <p className="t2">{t('incidents.actions.none-due')}</p> : <p><b className="figure">{decimal((100 * actions.onTime) / actions.due, 0)} %</b> <span className="t2 small">{t('incidents.actions.on-time', { n: actions.onTime, of: actions.due })}</span></p>}
      <p className="t2">{t('incidents.actions.counts', { open: actions.open, overdue: actions.overdue, done: actions.done, dropped: actions.dropped })}</p>
    </div>
  </Panel>
);

const RATINGS = ['P', 'S', 'M', 'U'] as const;

const Ratings = ({ trends }: Given) => (
  <Panel title={t('incidents.ratings.figures')} note={t('incidents.ratings.of')}>
    {trends.ratings.length === 0 ? <Empty>{t('incidents.review.ratings.none')}</Empty> : (
      <table className={css.table}>
        <thead><tr><th scope="col">{t('incidents.review.capability')}</th>{RATINGS.map((one) => <th key={one} scope="col" className={css.end}>{one}</th>)}</tr></thead>
        <tbody>{trends.ratings.map(({ capability, counts }) => <tr key={capability}><th scope="row">{capabilityTitle(capability)}</th>{RATINGS.map((one) => <td key={one} className={css.end}>{counts[one]}</td>)}</tr>)}</tbody>
      </table>
    )}
  </Panel>
);
