import { useSites } from '#modules/signals/web/public.tsx';
import { Link } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { one, text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { FilterSelect } from '#ui/filter-select.tsx';
import { ListPage } from '#ui/list-page.tsx';
import { Asked, CutStrip } from '#ui/states.tsx';
import { dateWords } from '#ui/times.ts';
import { listFigures, type Reading } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './metrics.module.css';
import { betweenWords, figureWords, goalWords, ofWords } from './words.ts';

export const PERIODS = ['28', '7', '90', '365'] as const;
const VIEW = viewOf({ days: one(PERIODS), site: text() });

/** The catalogue: every figure with what it is of, its interval and its target. */
export default function FiguresPage() {
  const [view, setView] = useView(VIEW);
  const sites = useSites();
  useWhere({ title: t('metrics.title') });
  const reading = useRead('metrics', listFigures, { days: Number(view.days), ...(view.site && { siteId: view.site }) });
  const places = [...sites].map(([value, { name }]) => ({ value, title: name })).sort((a, b) => a.title.localeCompare(b.title));
  return (
    <ListPage title={t('metrics.title')} filters={<>
      <FilterSelect label={t('metrics.period')} all="28" value={view.days} onValue={(days) => setView({ days: days as typeof view.days })} choices={PERIODS.map((value) => ({ value, title: t(`metrics.period.${value}`) }))} />
      <FilterSelect label={t('metrics.site')} value={view.site ?? ''} onValue={(site) => setView({ site: site || undefined })} choices={[{ value: '', title: t('metrics.site.all') }, ...places]} />
    </>}>
      <CutStrip />
      <Asked reading={reading}>{({ items }) => <Catalogue items={items} search={`&days=${view.days}${view.site ? `&site=${view.site}` : ''}`} />}</Asked>
    </ListPage>
  );
}

const HEADS = ['metrics.name', 'metrics.value', 'metrics.of', 'metrics.interval', 'metrics.target'] as const;

function Catalogue({ items, search }: { items: readonly Reading[]; search: string }) {
  const newest = items.find(({ isMonth }) => !isMonth) ?? items[0];
  return (
    <div className={css.page}>
      {newest && <p className={css.note}>{t('metrics.cut-off', { from: dateWords(newest.from), to: dateWords(newest.cutOffAt) })} {t('metrics.walls')}</p>}
      <section className="panel" aria-label={t('metrics.title')}>
        <table className={css.list}>
          <thead><tr>{HEADS.map((key) => <th key={key} scope="col">{t(key)}</th>)}</tr></thead>
          <tbody>
            {items.map(({ metric, figure, goals, isMonth }) => (
              <tr key={metric.key}>
                <th scope="row" className={css.row}><Link to={`/desk/figure?key=${metric.key}${search}`}>{metric.name}</Link>{isMonth && <p className={`${css.note} small`}>{t('metrics.month')}</p>}</th>
                <td className="nowrap"><b className="strong">{figureWords(metric, figure)}</b>{goals.value?.keeps === false && <span className={css.late}> {t('metrics.missed')}</span>}</td>
                <td className={`nowrap t2 ${css.spare}`}>{ofWords(metric, figure)}</td>
                <td className={`nowrap t2 ${css.spare}`}>{betweenWords(metric, figure)}</td>
                <td className={`nowrap t2 ${css.spare}`}>{goalWords(metric, goals.value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
