import type { Answering } from '../path-rules.ts';
import type { Asset, LiveAsset } from '../contract.ts';
import { Button } from '#ui/button.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Tag } from '#ui/tag.tsx';
import { Age } from '#ui/time.tsx';
import { decimal } from '#platform/web/messages.ts';
import { t } from './messages.en.ts';
import css from './studio.module.css';
import type { Known } from './use-study.ts';
import { chanceWords, deltaWords, secondsWords } from './words.ts';

type ResultProps = { asset: Asset; known: Known; answering: Answering; names: ReadonlyMap<string, string>; changed: ReadonlySet<string>; live: LiveAsset | null; shown: number; onShow: (n: number) => void };

/** The one figure of the page with what it stands on, and why it moved. */
export function ResultPanel({ asset, known, answering, names, changed, live, shown, onShow }: ResultProps) {
  const said = known.answer;
  if (known.hasFailed) return <section className={`panel ${css.resultPanel}`}><p className={css.why} role="alert">{t('risk.failed')}</p></section>;
  if (!said) return <section className={`panel ${css.resultPanel}`}><p className={`t2 ${css.why}`} role="status">{t('risk.working')}</p></section>;
  if (!said.now.ok) return <section className={`panel ${css.resultPanel}`}><div className={css.why} role="status"><p className="head">{t('risk.no-path')}</p><p className="t2">{said.now.at === 'target' ? t('risk.no-path.why') : said.now.reason}</p></div></section>;
  const { path, screened } = said.now;
  const before = said.before.ok ? said.before.path.easi : null;
  const critical = path.critical === null ? null : path.steps[path.critical];
  const { leastInterruption } = asset;
  return (
    <Panel title={t('risk.result')} note={t('risk.took', { ms: decimal(said.tookMs, 0) })} className={css.resultPanel}>
      <div className={css.result}>
        <div>
          <span className="label">{t('risk.interruption')}</span>
          <p><b className={css.big} data-old={known.isWorking || undefined} data-testid="interruption" data-value={path.easi}>{chanceWords(path.easi)}</b> {before !== null && Math.abs(before - path.easi) >= 0.005 && <span className="t2 small">{t('risk.was', { value: chanceWords(before) })}</span>}</p>
          <div className={css.scale} aria-hidden="true"><i style={{ width: `${100 * path.easi}%` }} />{leastInterruption !== null && <u style={{ left: `${100 * leastInterruption}%` }} />}</div>
          <p className={css.ends}><span>0</span>{leastInterruption !== null && <span>{t('risk.needed', { value: chanceWords(leastInterruption) })}</span>}<span>1</span></p>
        </div>
        <dl>
          <dt>{t('risk.path-needs')}</dt><dd>{secondsWords(path.delayS)}</dd>
          <dt>{t('risk.response')}</dt><dd>{secondsWords(answering.response.timeS)} <span className="t2">{answering.isMeasured ? t('risk.measured', { n: answering.samples }) : t('risk.assumed', { n: answering.samples })}</span></dd>
          <dt>{t('risk.last-useful')}</dt><dd>{critical ? (names.get(critical.element?.id ?? '') ?? t('risk.walk')) : t('risk.nothing-timely')}</dd>
          <dt>{t('risk.timely')}</dt><dd>{chanceWords(path.timely)}</dd>
        </dl>
      </div>
      {live?.belowSince && <p className={css.why} role="status"><Tag look="p2" icon="warning">{t('risk.below')}</Tag> <span className="t2">{t('risk.below.since', { value: chanceWords(live.interruption ?? 0) })} <Age since={live.belowSince} /></span></p>}
      <WhyLine known={known} names={names} changed={changed} />
      {screened > 1 && <p className={`t2 small ${css.why}`}>{t('risk.screened', { n: screened })} {known.list?.list.ok && t('risk.bound', { value: chanceWords(known.list.list.atLeast) })}</p>}
      {known.list?.list.ok && known.list.list.paths.length > 1 && (
        <div className={`row ${css.why}`} role="group" aria-label={t('risk.paths')}>
          <span className="t2 small">{t('risk.paths')}</span>
          <Button look="quiet" aria-pressed={shown === 0} onClick={() => onShow(0)}>{t('risk.weakest')}</Button>
          {known.list.list.paths.slice(1).map((one, i) => <Button key={i} look="quiet" aria-pressed={shown === i + 2} aria-label={t('risk.path-n', { n: i + 2, value: chanceWords(one.easi) })} onClick={() => onShow(i + 2)}>{chanceWords(one.easi)}</Button>)}
        </div>
      )}
    </Panel>
  );
}

/** Why P(I) moved: the changed elements by name, another way taken, or the fall that surprises. */
function WhyLine({ known, names, changed }: { known: Known; names: ReadonlyMap<string, string>; changed: ReadonlySet<string> }) {
  const said = known.answer;
  if (!said?.now.ok || !said.before.ok || !said.why || said.why.kind === 'same') return null;
  const { path } = said.now;
  const moved = deltaWords(path.easi - said.before.path.easi);
  const nameAt = (i: number): string => names.get(path.steps[i]?.element?.id ?? '') ?? t('risk.walk');
  if (said.why.kind === 'displaced') {
    const { at, from, inTimeAt, inTimeFrom } = said.why;
    return <div className={css.why} role="note"><b>{t('risk.displaced', { moved })}</b><p className="t2">{t('risk.displaced.why', { at: nameAt(at), from: nameAt(from), inTimeAt: chanceWords(inTimeAt), inTimeFrom: chanceWords(inTimeFrom) })}</p></div>;
  }
  return <p className={css.why} role="status"><b>{t('risk.moved', { moved, names: [...changed].map((id) => names.get(id) ?? '').join(', ') })}</b> {said.why.kind === 'other-path' ? t('risk.other-path') : t('risk.same-path')}</p>;
}
