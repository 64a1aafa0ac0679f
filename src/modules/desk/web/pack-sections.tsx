import { betweenWords, figureWords, goalWords, ofWords, valueWords } from '#modules/metrics/web/public.tsx';
import { Link, RecordLink } from '#platform/web/navigation.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Empty } from '#ui/states.tsx';
import { dateWords } from '#ui/times.ts';
import type { Content, Filled as Section, PackFigure } from '../pack-contract.ts';
import css from './desk.module.css';
import { t } from './messages.en.ts';
import { MonthBars } from './month-bars.tsx';

/** What a pack holds as it was frozen; each figure leads to what stood in it, as far as the reader may see. */
export const Filled = ({ content, siteId }: { content: Content; siteId: string | null }) => (
  <>{content.sections.map((section, i) => <Panel key={`${section.kind} ${String(i)}`} title={section.title}><Part section={section} cutoffId={content.cutoff.id} siteId={siteId} /></Panel>)}</>
);

function Part({ section, cutoffId, siteId }: { section: Section; cutoffId: string; siteId: string | null }) {
  switch (section.kind) {
    case 'text': return <div className={css.pad}>{section.text.split('\n').map((line, i) => <p key={`${String(i)} ${line.slice(0, 12)}`}>{line}</p>)}</div>;
    case 'figures': return section.figures.length === 0 ? <Empty>{t('desk.pack.figures.none')}</Empty> : <Figures figures={section.figures} cutoffId={cutoffId} siteId={siteId} />;
    case 'incidents': return section.items.length === 0 ? <Empty>{t('desk.pack.incidents.none')}</Empty> : (
      <ul className={css.rows}>
        {section.items.map((one) => <li key={one.id}><div className={css.words}><RecordLink kind="incidents.incident" id={one.id}><b className="strong">{one.title}</b></RecordLink><p className="t2"><span className="mono">{one.number}</span> · {t('desk.changed.severity', { n: one.severity })}{one.site !== null && ` · ${one.site}`} · {dateWords(one.knownAt)}</p></div></li>)}
        {section.more > 0 && <li className="t2">{t('desk.pack.incidents.more', { n: section.more })}</li>}
      </ul>
    );
    case 'actions': return (
      <>
        <dl className={css.facts}><div><dt>{t('desk.actions.open')}</dt><dd>{section.open}</dd></div><div><dt>{t('desk.actions.late')}</dt><dd>{section.late}</dd></div></dl>
        {section.items.length > 0 && <ul className={css.rows}>{section.items.map((one) => <li key={one.id}><div className={css.words}><b className="strong">{one.title}</b><p className="t2"><Link to={`/incidents/${one.incidentId}?tab=tasks`}><span className="mono">{one.number}</span></Link> · {dateWords(one.dueAt)}</p></div></li>)}</ul>}
      </>
    );
  }
}

const Figures = ({ figures, cutoffId, siteId }: { figures: readonly PackFigure[]; cutoffId: string; siteId: string | null }) => (
  <ul className={css.rows}>
    {figures.map((one) => (
      <li key={one.metric.key}>
        <div className={css.words}>
          <Link to={`/desk/frozen-figure?at=${cutoffId}&key=${one.metric.key}${siteId === null ? '' : `&site=${siteId}`}`}><b className="strong">{one.metric.name}</b></Link>
          <p className="t2">{one.metric.formula}</p>
          <p className="t2 small">{[ofWords(one.metric, one.figure), betweenWords(one.metric, one.figure, true), `${t('desk.chain.target')}: ${goalWords(one.metric, one.goals.value)}`].filter(Boolean).join(', ')}</p>
        </div>
        <div className={css.words}><b className={`figure ${one.goals.value?.keeps === false ? css.late : ''}`}>{figureWords(one.metric, one.figure)}</b>{one.figure.p90 !== null && <span className="t2 small"> {t('desk.chain.p90')} {valueWords(one.metric, one.figure.p90)}</span>}</div>
        {one.months.filter(({ figure }) => figure.value !== null).length > 1 && <div className={css.words}><MonthBars figure={one} /></div>}
      </li>
    ))}
  </ul>
);
