import { useState } from 'react';
import { type Figure, type FigureDetail, type Goals, type Metric, readFigure } from '#modules/metrics/contract.ts';
import { betweenWords, figureWords, MonthsChart, partWords, secondsWords } from '#modules/metrics/web/public.tsx';
import { decimal } from '#platform/web/messages.ts';
import { Link, RecordLink } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { FilterSelect } from '#ui/filter-select.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import type { Morning } from '../contract.ts';
import css from './desk.module.css';
import { t } from './messages.en.ts';

const PARTS = ['none', 'site', 'shift', 'type'] as const;
const MOST_PARTS = 8;
const EVERY = { everyMs: 300_000 };

type Leg = { key: string; title: string; note: string; metric: Metric; figure: Figure; goals: Goals; to: string };

/** From raised to answered and to closed: median, 90 and 98.5 % against the target, in all or by site, shift or type. */
export function Chain() {
  const [by, setBy] = useState<(typeof PARTS)[number]>('none');
  const part = by === 'none' ? {} : { by };
  const answer = useRead('metrics', readFigure, { key: 'alarms.claim-median', days: 28, ...part }, EVERY);
  const close = useRead('metrics', readFigure, { key: 'alarms.close-median', days: 28, ...part }, EVERY);
  return (
    <Panel title={t('desk.chain')} note={t('desk.chain.note')} actions={<><FilterSelect label={t('desk.chain.by')} all="none" value={by} onValue={(value) => setBy(value as typeof by)} choices={PARTS.map((value) => ({ value, title: t(`desk.chain.by.${value}`) }))} /><Link className={css.link} to="/desk/figure?key=alarms.claim-median">{t('desk.definition')}</Link></>}>
      <Asked reading={answer}>{(first) => <ChainTable legs={[...legsOf('answer', first, by), ...(close.data ? legsOf('close', close.data, by) : [])]} />}</Asked>
    </Panel>
  );
}

function legsOf(leg: 'answer' | 'close', { metric, figure, goals, parts }: FigureDetail, by: (typeof PARTS)[number]): Leg[] {
  const to = `/desk/figure?key=${metric.key}`;
  if (by === 'none') return [{ key: leg, title: t(`desk.chain.${leg}`), note: t(`desk.chain.${leg}.what`), metric, figure, goals, to }];
  return parts.slice(0, MOST_PARTS).map((part) => ({ key: `${leg} ${part.key}`, title: partWords(by, part), note: t(`desk.chain.${leg}`), metric, figure: part.figure, goals: part.goals, to: `${to}&by=${by}` }));
}

function ChainTable({ legs }: { legs: readonly Leg[] }) {
  const words = (value: number | null, { figure }: Leg): string => (figure.isFew ? figureWords({ unit: 's', smallCount: 'bootstrap' }, figure) : value === null ? t('desk.no-data') : secondsWords(value));
  return (
    <>
      <div className={css.scroll}>
        <table className={css.table}>
          <thead><tr><th scope="col">{t('desk.chain.leg')}</th><th scope="col" className={css.spare}><span className="unseen">{t('desk.chain.legend')}</span></th><th scope="col" className={css.end}>{t('desk.chain.median')}</th><th scope="col" className={css.end}>{t('desk.chain.p90')}</th><th scope="col" className={css.end}>{t('desk.chain.p985')}</th><th scope="col" className={`${css.end} ${css.spare}`}>{t('desk.chain.number')}</th></tr></thead>
          <tbody>
            {legs.map((leg) => {
              const target = leg.goals.value?.value ?? null;
              const cell = (measure: 'value' | 'p90' | 'p985') => <td className={css.end}><span className={leg.goals[measure]?.keeps === false ? css.late : measure === 'value' ? 'strong' : undefined}>{words(leg.figure[measure], leg)}</span>{leg.goals[measure] !== null && <span className={`t2 small ${css.spare}`}> / {secondsWords(leg.goals[measure].value)}</span>}</td>;
              return (
                <tr key={leg.key}>
                  <th scope="row"><Link to={leg.to}><b className="strong">{leg.title}</b></Link> <span className="t2 small">{leg.note}</span></th>
                  <td className={css.spare}><Span figure={leg.figure} target={target} /></td>
                  {cell('value')}
                  {cell('p90')}
                  {cell('p985')}
                  <td className={`${css.end} t2 ${css.spare}`}>{leg.figure.n === null ? '' : decimal(leg.figure.n, 0)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <div className={css.pad}><p className="t3 small">{t('desk.chain.legend')}</p></div>
    </>
  );
}

/** On a scale of roots, since times of answer have a long tail. */
function Span({ figure: { value, p90, p985 }, target }: { figure: Figure; target: number | null }) {
  if (value === null || p90 === null || p985 === null) return null;
  const most = Math.max(p985, target ?? 0, 1);
  const x = (seconds: number): number => 2 + 196 * Math.sqrt(seconds / most);
  return (
    <svg className={css.span} viewBox="0 0 200 18" preserveAspectRatio="none" aria-hidden="true">
      <line className={css.track} x1="2" x2="198" y1="9" y2="9" />
      <rect className={css.reach} x="2" y="5" width={x(p985) - 2} height="8" />
      <line className={css.middle} x1={x(value)} x2={x(value)} y1="2" y2="16" />
      <line className={css.most} x1={x(p90)} x2={x(p90)} y1="3" y2="15" />
      {target !== null && <line className={css.target} x1={x(target)} x2={x(target)} y1="0" y2="18" />}
    </svg>
  );
}

/** The complement of the share of true alarms, with its interval, and the places that ring falsely most. */
export function Quality({ places }: { places: Morning['places'] }) {
  const reading = useRead('metrics', readFigure, { key: 'alarms.true-share', days: 28 }, EVERY);
  const flip = (value: number | null): number | null => (value === null ? null : 1 - value);
  return (
    <Panel title={t('desk.quality')} note={t('desk.chain.note')} actions={<Link className={css.link} to="/desk/figure?key=alarms.true-share">{t('desk.definition')}</Link>}>
      <Asked reading={reading}>
        {({ metric, figure, goals, months }) => {
          const untrue = { ...figure, value: flip(figure.value), lo: flip(figure.hi), hi: flip(figure.lo), n: figure.of === null || figure.n === null ? null : figure.of - figure.n };
          return (
            <div className={css.pad}>
              <div><b className="figure">{figureWords(metric, untrue)}</b>{untrue.value !== null && <p className="t2">{t('desk.quality.false', { of: untrue.of ?? 0 })}, {betweenWords(metric, untrue, true)}</p>}</div>
              <p className="t3 small">{t('desk.quality.months')}</p>
              <MonthsChart metric={metric} months={months} target={goals.value?.value ?? null} />
            </div>
          );
        }}
      </Asked>
      <div className={css.pad}><h3 className="strong">{t('desk.quality.places')}</h3>{places.length === 0 && <p className="t2">{t('desk.quality.none')}</p>}</div>
      <ul className={css.rows}>{places.map((place) => <li key={`${place.deviceId} ${place.siteId} ${place.name}`}><span className={css.words}>{place.deviceId === null ? place.name : <RecordLink kind="devices.device" id={place.deviceId}>{place.name}</RecordLink>}{place.site !== null && <span className="t2"> {place.site}</span>}</span><span className="t2">{t('desk.quality.count', { n: place.countFalse, of: place.count })}</span></li>)}</ul>
    </Panel>
  );
}

/** Incidents of a year by month, with the limits of a control chart, and by class. */
export function Incidents() {
  const reading = useRead('metrics', readFigure, { key: 'incidents.number', days: 365, by: 'type' }, EVERY);
  return (
    <Panel title={t('desk.incidents')} note={t('desk.incidents.note')} actions={<Link className={css.link} to="/desk/figure?key=incidents.number&days=365">{t('desk.definition')}</Link>}>
      <Asked reading={reading}>
        {({ metric, figure, goals, months, parts, from, cutOffAt }) => figure.value === 0 ? <Empty>{t('desk.incidents.none')}</Empty> : (
          <>
            <div className={css.pad}><div><b className="figure">{figureWords(metric, figure)}</b> <span className="t2">{betweenWords(metric, figure, true)}</span></div><MonthsChart metric={metric} months={months} target={goals.value?.value ?? null} /><h3 className="strong">{t('desk.incidents.types')}</h3></div>
            <ul className={css.rows}>{parts.slice(0, MOST_PARTS).map((part) => <li key={part.key}><span className={css.words}>{part.key === '' ? partWords('type', part) : <Link to={`/incidents?type=${part.key}&from=${encodeURIComponent(from)}&to=${encodeURIComponent(cutOffAt)}`}>{partWords('type', part)}</Link>}</span><span>{figureWords(metric, part.figure)} <span className="t2">{betweenWords(metric, part.figure)}</span></span></li>)}</ul>
          </>
        )}
      </Asked>
    </Panel>
  );
}
