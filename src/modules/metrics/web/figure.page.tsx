import { Link } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { one, text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { LinkButton } from '#ui/button.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { Panel, RecordPage } from '#ui/record-page.tsx';
import { AskedRecord, Empty } from '#ui/states.tsx';
import { dateWords } from '#ui/times.ts';
import { type FigureDetail, type Goal, readFigure } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './metrics.module.css';
import { MonthsChart } from './months-chart.tsx';
import { Targets } from './targets.tsx';
import { betweenWords, figureWords, goalWords, ofWords, partWords, recordsAddress, valueWords } from './words.ts';

const PERIODS = ['28', '7', '90', '365'] as const;
const VIEW = viewOf({ key: text(), days: one(PERIODS), site: text(), by: one(['site', 'shift', 'type']) });

/** One figure: its definition, twelve months, its parts, and the way down to the records. */
export default function FigurePage() {
  const [view, setView] = useView(VIEW);
  const key = view.key ?? 'alarms.claim-median';
  const first = useRead('metrics', readFigure, { key, days: Number(view.days), ...(view.site && { siteId: view.site }) });
  const by = first.data?.metric.parts.includes(view.by) ? view.by : first.data?.metric.parts[0];
  const parted = useRead('metrics', readFigure, { key, days: Number(view.days), ...(view.site && { siteId: view.site }), ...(by && { by }) }, { isOn: by !== undefined });
  useWhere({ title: first.data?.metric.name ?? t('metrics.title') });
  return (
    <AskedRecord reading={first} title={t('metrics.title')}>
      {(detail) => (
        <RecordPage
          number="" title={detail.metric.name} state={<span className="t2 small">{detail.metric.isMoment ? t('metrics.moment', { to: dateWords(detail.cutOffAt) }) : t('metrics.cut-off', { from: dateWords(detail.from), to: dateWords(detail.cutOffAt) })}</span>}
          actions={<><FilterSelect label={t('metrics.period')} all="28" value={view.days} onValue={(days) => setView({ days: days as typeof view.days })} choices={PERIODS.map((value) => ({ value, title: t(`metrics.period.${value}`) }))} /><LinkButton to="/desk/figures">{t('metrics.back')}</LinkButton></>}
        >
          <div className={css.two}>
            <Whole detail={detail} site={view.site} />
            <Definition detail={detail} />
            {detail.months.length > 0 && <Panel title={t('metrics.months')} note={t('metrics.months.note')}><div className={css.pad}><MonthsChart metric={detail.metric} months={detail.months} target={detail.goals.value?.value ?? null} /><p className="t2 small">{t('metrics.months.limits')}</p></div></Panel>}
            <Targets metric={detail.metric} site={view.site} />
            {by && <Panel title={t('metrics.parts')} actions={<FilterSelect label={t('metrics.parts')} all={by} value={by} onValue={(next) => setView({ by: next as typeof view.by })} choices={detail.metric.parts.map((value) => ({ value, title: t(`metrics.parts.${value}`) }))} />}>{parted.data ? <Parts detail={parted.data} by={by} /> : <div className={css.pad} />}</Panel>}
          </div>
        </RecordPage>
      )}
    </AskedRecord>
  );
}

function Whole({ detail: { metric, figure, goals, isMonth, from, cutOffAt }, site }: { detail: FigureDetail; site: string | undefined }) {
  return (
    <Panel title={t('metrics.value')} actions={<Link to={recordsAddress(metric, { from, to: cutOffAt, site })}>{t('metrics.records')}</Link>}>
      <div className={css.pad}>
        <b className="figure">{figureWords(metric, figure)}</b>
        <p className="t2">{[ofWords(metric, figure), betweenWords(metric, figure, true)].filter(Boolean).join(', ')}</p>
        {figure.isFew && <p className="t2">{t('metrics.few.why')}</p>}
        {isMonth && <p className="t2">{t('metrics.month')}</p>}
        <dl className="facts">
          {figure.p90 !== null && <><dt>{t('metrics.p90')}</dt><dd>{valueWords(metric, figure.p90)}{goals.p90 !== null && <>, <Kept metric={metric} goal={goals.p90} /></>}</dd></>}
          {figure.p985 !== null && <><dt>{t('metrics.p985')}</dt><dd>{valueWords(metric, figure.p985)}{goals.p985 !== null && <>, <Kept metric={metric} goal={goals.p985} /></>}</dd></>}
          {figure.also !== null && metric.alsoWithin !== null && <><dt>{t('metrics.also', { seconds: metric.alsoWithin })}</dt><dd>{valueWords(metric, figure.also)}{metric.alsoTarget !== null && `, ${t('metrics.at-least', { value: valueWords(metric, metric.alsoTarget) })}`}</dd></>}
          <dt>{t('metrics.target')}</dt><dd>{goals.value === null ? t('metrics.none') : <Kept metric={metric} goal={goals.value} />}</dd>
          <dt>{t('metrics.missing')}</dt><dd>{figure.missing ?? t('metrics.few')}</dd>
        </dl>
      </div>
    </Panel>
  );
}

function Kept({ metric, goal }: { metric: FigureDetail['metric']; goal: Goal }) {
  const since = goal.since === null ? '' : t('metrics.target.since', { place: t(goal.setAt === 'site' ? 'metrics.target.site' : 'metrics.target.organisation'), day: dateWords(goal.since) });
  return <>{goalWords(metric, goal)}{goal.keeps !== null && <> · {goal.keeps ? t('metrics.kept') : <span className={css.late}>{t('metrics.missed')}</span>}</>}{since !== '' && <span className="t2 small"> {since}</span>}</>;
}

function Definition({ detail: { metric } }: { detail: FigureDetail }) {
  return (
    <Panel title={t('metrics.definition')}>
      <div className={css.pad}>
        <dl className="facts">
          <dt>{t('metrics.formula')}</dt><dd>{metric.formula}</dd>
          <dt>{t('metrics.caveat')}</dt><dd>{metric.caveat} {t('metrics.walls')}</dd>
          <dt>{t('metrics.source')}</dt><dd>{t(`metrics.source.${metric.source}`)}</dd>
          <dt>{t('metrics.interval-by')}</dt><dd>{t(`metrics.by.${metric.smallCount}`)}</dd>
          <dt>{t('metrics.version')}</dt><dd>{metric.version}</dd>
        </dl>
      </div>
    </Panel>
  );
}

function Parts({ detail: { metric, parts, from, cutOffAt }, by }: { detail: FigureDetail; by: 'site' | 'shift' | 'type' }) {
  if (parts.length === 0) return <Empty>{t('metrics.no-data')}</Empty>;
  const way = (key: string): string | null => (key === '' || by === 'shift' ? null : recordsAddress(metric, { from, to: cutOffAt, [by]: key }));
  return (
    <table className={css.list}>
      <thead><tr><th scope="col">{t(`metrics.parts.${by}`)}</th><th scope="col" className={css.end}>{t('metrics.value')}</th><th scope="col" className={css.end}>{t('metrics.of')}</th><th scope="col" className={css.end}>{t('metrics.target')}</th></tr></thead>
      <tbody>
        {parts.map((part) => {
          const address = part.name === null ? null : way(part.key);
          return (
            <tr key={part.key}>
              <th scope="row" className={css.row}>{address === null ? partWords(by, part) : <Link to={address}>{partWords(by, part)}</Link>}</th>
              <td className={`${css.end} nowrap`}><b className={part.goals.value?.keeps === false ? css.late : 'strong'}>{figureWords(metric, part.figure)}</b></td>
              <td className={`${css.end} nowrap t2 ${css.spare}`}>{ofWords(metric, part.figure)}</td>
              <td className={`${css.end} nowrap t2 ${css.spare}`}>{goalWords(metric, part.goals.value)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
