import type { ReactNode } from 'react';
import { decimal } from '#platform/web/messages.ts';
import { Link, RecordLink } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Money } from '#ui/time.tsx';
import { dateWords } from '#ui/times.ts';
import { type Figures, readFigures } from '../figures-contract.ts';
import { faultTitle } from '../rules.ts';
import { t } from './messages.en.ts';
import css from './workorders.module.css';

const share = (value: number | null): string => (value === null ? t('workorders.figures.none') : `${decimal(100 * value, 1)} %`);

/** The figures of maintenance, each with what it means and of what it is; the numbers lead to the orders. */
export function FiguresTab() {
  const reading = useRead('workorders', readFigures, {}, { everyMs: 60_000 });
  return <Asked reading={reading}>{(figures) => <TheFigures figures={figures} />}</Asked>;
}

const One = ({ title, figure, of }: { title: string; figure: ReactNode; of: string }) => <Panel title={title}><div className={css.pad}><b className="figure">{figure}</b><p className="t2 small">{of}</p></div></Panel>;

function TheFigures({ figures }: { figures: Figures }) {
  const { repair, firstTime, availability, backlog, repeats, costs, repeatDays } = figures;
  const period = `from=${encodeURIComponent(figures.from)}&to=${encodeURIComponent(figures.cutOffAt)}`;
  const name = (one: { deviceId: string; device: string | null }): ReactNode => (one.device === null ? t('workorders.figures.hidden') : <RecordLink kind="devices.device" id={one.deviceId}>{one.device}</RecordLink>);
  return (
    <>
      <p className="t2">{t('workorders.figures.period', { from: dateWords(figures.from), to: dateWords(figures.cutOffAt) })} {!figures.isWhole && t('workorders.figures.part')}</p>
      <div className={css.two}>
        <One title={t('workorders.figures.repair')} figure={repair.medianH === null || repair.meanH === null ? t('workorders.figures.none') : <Link to={`/watch/work-orders?state=any&${period}`}>{t('workorders.figures.repair.value', { median: decimal(repair.medianH, 1), mean: decimal(repair.meanH, 1) })}</Link>} of={t('workorders.figures.repair.of', { n: repair.n })} />
        <One title={t('workorders.figures.first')} figure={<Link to={`/watch/work-orders?state=closed&${period}`}>{share(firstTime.share)}</Link>} of={t('workorders.figures.first.of', { n: firstTime.n, of: firstTime.of })} />
        <One title={t('workorders.figures.availability')} figure={share(availability.share)} of={t('workorders.figures.availability.of')} />
        <Panel title={t('workorders.figures.backlog')}><div className={css.pad}><dl className="facts">{backlog.map(({ key, count }) => [<dt key={key}>{t(`workorders.figures.age.${key}`)}</dt>, <dd key={`${key}n`}><Link to="/watch/work-orders?sort=-raised">{count}</Link></dd>])}</dl></div></Panel>
        <Panel title={t('workorders.figures.repeats')}>
          <div className={css.pad}><p className="t2 small">{t('workorders.figures.repeats.of', { n: repeatDays })}</p>{repeats.length === 0 ? <Empty>{t('workorders.figures.repeats.none')}</Empty> : <ul className={css.list}>{repeats.map((one) => <li key={`${one.deviceId} ${one.faultCode}`}><span className={css.words}>{name(one)}: {faultTitle(one.faultCode)}</span><Link to={`/watch/work-orders?state=any&device=${one.deviceId}&code=${one.faultCode}`}>{t('workorders.figures.times', { n: one.count })}</Link></li>)}</ul>}</div>
        </Panel>
        <Panel title={t('workorders.figures.costs')}>
          <div className={css.pad}><p className="t2 small">{t('workorders.figures.costs.of')}</p>{costs.length === 0 ? <Empty>{t('workorders.figures.costs.none')}</Empty> : <ul className={css.list}>{costs.map((one) => <li key={`${one.deviceId} ${one.currency}`}><span className={css.words}>{name(one)}</span><Link to={`/watch/work-orders?state=any&device=${one.deviceId}&${period}`}><Money minor={one.minor} currency={one.currency} /></Link></li>)}</ul>}</div>
        </Panel>
      </div>
    </>
  );
}
