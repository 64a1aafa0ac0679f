import { useSites } from '#modules/signals/web/public.tsx';
import { Link } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { FilterSelect } from '#ui/filter-select.tsx';
import { ListPage } from '#ui/list-page.tsx';
import { Asked, CutStrip, Empty } from '#ui/states.tsx';
import { dateWords } from '#ui/times.ts';
import { type Cutoff, type FrozenFigure, listCutoffs, readCutoff } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './metrics.module.css';
import { betweenWords, cutoffWords, figureWords, goalWords, ofWords } from './words.ts';

const VIEW = viewOf({ at: text(), site: text() });

/** The figures of a month or a quarter as they stood when it was over. */
export default function FrozenPage() {
  const [view, setView] = useView(VIEW);
  const sites = useSites();
  useWhere({ title: t('metrics.frozen') });
  const list = useRead('metrics', listCutoffs, {});
  const id = view.at ?? list.data?.items[0]?.id;
  const reading = useRead('metrics', readCutoff, { id: id ?? '', ...(view.site && { siteId: view.site }) }, { isOn: id !== undefined });
  const places = [...sites].map(([value, { name }]) => ({ value, title: name })).sort((a, b) => a.title.localeCompare(b.title));
  return (
    <ListPage title={t('metrics.frozen')} filters={<>
      {id !== undefined && <FilterSelect label={t('metrics.frozen.of')} all={list.data?.items[0]?.id ?? ''} value={id} onValue={(at) => setView({ at })} choices={(list.data?.items ?? []).map((one) => ({ value: one.id, title: cutoffWords(one) }))} />}
      <FilterSelect label={t('metrics.site')} value={view.site ?? ''} onValue={(site) => setView({ site: site || undefined })} choices={[{ value: '', title: t('metrics.site.all') }, ...places]} />
    </>}>
      <CutStrip />
      <Asked reading={list}>{({ items }) => (items.length === 0 ? <Empty>{t('metrics.frozen.none')}</Empty> : <Asked reading={reading}>{(cutoff) => <Figures cutoff={cutoff} items={cutoff.items} site={view.site} />}</Asked>)}</Asked>
    </ListPage>
  );
}

const HEADS = ['metrics.name', 'metrics.frozen.value', 'metrics.of', 'metrics.interval', 'metrics.target'] as const;

function Figures({ cutoff, items, site }: { cutoff: Cutoff; items: readonly FrozenFigure[]; site: string | undefined }) {
  return (
    <div className={css.page}>
      <p className={css.note}>{t('metrics.frozen.at', { n: cutoff.size, day: dateWords(cutoff.frozenAt) })} {t('metrics.walls')}</p>
      <section className="panel" aria-label={cutoffWords(cutoff)}>
        <table className={css.list}>
          <thead><tr>{HEADS.map((key) => <th key={key} scope="col">{t(key)}</th>)}</tr></thead>
          <tbody>
            {items.map(({ metric, figure, goals }) => (
              <tr key={metric.key}>
                <th scope="row" className={css.row}><Link to={`/desk/frozen-figure?at=${cutoff.id}&key=${metric.key}${site ? `&site=${site}` : ''}`}>{metric.name}</Link></th>
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
