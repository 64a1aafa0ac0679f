import { RecordLink } from '#platform/web/navigation.tsx';
import { useList, useRead } from '#platform/web/query.ts';
import { text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button, LinkButton } from '#ui/button.tsx';
import { Panel, RecordPage } from '#ui/record-page.tsx';
import { AskedRecord, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import type { Reply } from '#platform/kernel/contract.ts';
import { listCutoffs, listFrozenRecords, readFrozen } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './metrics.module.css';
import { betweenWords, cutoffWords, figureWords, goalWords, ofWords, secondsWords, valueWords } from './words.ts';

const VIEW = viewOf({ at: text(), key: text(), site: text() });
type Frozen = Reply<typeof readFrozen>;

/** One frozen figure: as it stood, what it would be today, and the records that stood in it. */
export default function FrozenFigurePage() {
  const [view] = useView(VIEW);
  const list = useRead('metrics', listCutoffs, {}, { isOn: view.at === undefined });
  const at = view.at ?? list.data?.items[0]?.id;
  const asked = { id: at ?? '', key: view.key ?? 'alarms.claim-median', ...(view.site && { siteId: view.site }) };
  const reading = useRead('metrics', readFrozen, asked, { isOn: at !== undefined });
  useWhere({ title: reading.data?.metric.name ?? t('metrics.frozen') });
  if (at === undefined) return <AskedRecord reading={list} title={t('metrics.frozen')}>{() => <Empty>{t('metrics.frozen.none')}</Empty>}</AskedRecord>;
  return (
    <AskedRecord reading={reading} title={t('metrics.frozen')}>
      {(frozen) => (
        <RecordPage number="" title={frozen.metric.name} state={<span className="t2 small">{cutoffWords(frozen.cutoff)}</span>} actions={<LinkButton to={`/desk/frozen?at=${frozen.cutoff.id}${view.site ? `&site=${view.site}` : ''}`}>{t('metrics.frozen.back')}</LinkButton>}>
          <div className={css.two}>
            <Whole frozen={frozen} />
            <Definition frozen={frozen} />
            <Records frozen={frozen} asked={asked} />
          </div>
        </RecordPage>
      )}
    </AskedRecord>
  );
}

function Whole({ frozen: { metric, figure, goals, records, digest, cutoff, today } }: { frozen: Frozen }) {
  const since = today === null ? 0 : today.changed + today.gone + today.added;
  return (
    <Panel title={t('metrics.frozen.value')} note={<TwoTimes at={cutoff.frozenAt} />}>
      <div className={css.pad}>
        <b className="figure">{figureWords(metric, figure)}</b>
        <p className="t2">{[ofWords(metric, figure), betweenWords(metric, figure, true)].filter(Boolean).join(', ')}</p>
        {figure.isFew && <p className="t2">{t('metrics.few.why')}</p>}
        {today !== null && (since === 0 ? <p className="t2">{t('metrics.frozen.same')}</p> : <p>{t('metrics.frozen.today', { value: figureWords(metric, today.figure), n: since })} <span className="t2">{t('metrics.frozen.why', { changed: today.changed, gone: today.gone, added: today.added })}</span></p>)}
        <dl className="facts">
          {figure.p90 !== null && <><dt>{t('metrics.p90')}</dt><dd>{valueWords(metric, figure.p90)}</dd></>}
          {figure.p985 !== null && <><dt>{t('metrics.p985')}</dt><dd>{valueWords(metric, figure.p985)}</dd></>}
          <dt>{t('metrics.target')}</dt><dd>{goalWords(metric, goals.value)}{goals.value?.keeps === false && <span className={css.late}> · {t('metrics.missed')}</span>}{goals.value?.keeps === true && <> · {t('metrics.kept')}</>}</dd>
          <dt>{t('metrics.frozen.counted')}</dt><dd>{records ?? t('metrics.few')}</dd>
          {digest !== null && <><dt>{t('metrics.frozen.digest')}</dt><dd><span className="mono small" title={digest}>{digest.slice(0, 16)}</span></dd></>}
        </dl>
      </div>
    </Panel>
  );
}

const Definition = ({ frozen: { metric } }: { frozen: Frozen }) => (
  <Panel title={t('metrics.definition')} note={t('metrics.frozen.then')}>
    <div className={css.pad}>
      <dl className="facts">
        <dt>{t('metrics.formula')}</dt><dd>{metric.formula}</dd>
        <dt>{t('metrics.caveat')}</dt><dd>{metric.caveat} {t('metrics.walls')}</dd>
        <dt>{t('metrics.interval-by')}</dt><dd>{t(`metrics.by.${metric.smallCount}`)}</dd>
        <dt>{t('metrics.version')}</dt><dd>{metric.version}</dd>
      </dl>
    </div>
  </Panel>
);

function Records({ frozen: { records }, asked }: { frozen: Frozen; asked: { id: string; key: string; siteId?: string } }) {
  const list = useList('metrics', listFrozenRecords, { ...asked, limit: 50 });
  const items = list.data ?? [];
  return (
    <Panel title={t('metrics.frozen.records')} note={records === null ? undefined : t('metrics.frozen.records.of', { n: list.total ?? 0, of: records })}>
      {items.length === 0 ? <Empty>{t(list.state === 'ready' ? 'metrics.frozen.records.none' : 'metrics.frozen.records.waiting')}</Empty> : (
        <table className={css.list}>
          <thead><tr><th scope="col">{t('metrics.frozen.record')}</th><th scope="col">{t('metrics.frozen.when')}</th><th scope="col" className={css.end}>{t('metrics.frozen.as')}</th></tr></thead>
          <tbody>
            {items.map((one) => (
              <tr key={one.id}>
                <th scope="row" className={css.row}><RecordLink kind={one.kind} id={one.id}>{one.number !== null && <span className="mono">{one.number} </span>}{one.title}</RecordLink></th>
                <td><TwoTimes at={one.at} /></td>
                <td className={`${css.end} ${css.spare}`}>{one.seconds !== null ? secondsWords(one.seconds) : one.isMet === null ? '' : t(one.isMet ? 'metrics.frozen.met' : 'metrics.frozen.not-met')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {list.more && <div className={css.pad}><Button onClick={() => list.more?.()}>{t('metrics.frozen.more')}</Button></div>}
    </Panel>
  );
}
