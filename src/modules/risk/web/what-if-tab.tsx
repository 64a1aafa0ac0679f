import { useState } from 'react';
import { Button } from '#ui/button.tsx';
import { NumberField } from '#ui/field.tsx';
import { Empty } from '#ui/states.tsx';
import { moneyWords } from '#ui/times.ts';
import type { Asset, RiskFloor } from '../contract.ts';
import { type Change, type Floor, sensorsOf } from '../path-rules.ts';
import { t } from './messages.en.ts';
import css from './studio.module.css';
import type { Known } from './use-study.ts';
import { chanceWords, costWords, deltaWords, fieldOf, numberOf, secondsWords } from './words.ts';

type WhatIfProps = {
  risk: RiskFloor; floor: Floor; asset: Asset; known: Known; chosen: string | null; changes: readonly Change[]; measures: readonly string[]; names: ReadonlyMap<string, string>;
  onChanges: (changes: readonly Change[]) => void; onMeasures: (measures: readonly string[]) => void;
};

/** What would be if: one element's delay or detection, or measures bought. Nothing is changed by it. */
export function WhatIfTab({ risk, floor, asset, known, chosen, changes, measures, names, onChanges, onMeasures }: WhatIfProps) {
  const now = known.answer?.now.ok ? known.answer.now.path.easi : null;
  const put = (next: Change): void => onChanges(next.delayS === null && next.detection === null ? changes.filter(({ id }) => id !== next.id) : [...changes.filter(({ id }) => id !== next.id), next]);
  return (
    <div>
      <div className={css.pad}>
        {chosen === null ? <p className="t2">{t('risk.choose')}</p> : <ElementFields key={chosen} id={chosen} floor={floor} risk={risk} asset={asset} known={known} name={names.get(chosen) ?? ''} change={changes.find(({ id }) => id === chosen) ?? null} onChange={put} />}
      </div>
      {changes.length > 0 && (
        <ul className={css.list} aria-label={t('risk.changes')}>
          {changes.map((change) => <li key={change.id}><b className="strong cut">{names.get(change.id)}</b><span className="t2">{[change.delayS !== null && t('risk.change.delay', { value: secondsWords(change.delayS) }), change.detection !== null && t('risk.change.detection', { value: chanceWords(change.detection) })].filter(Boolean).join(', ')}</span><span className="space" /><Button look="quiet" onClick={() => put({ id: change.id, delayS: null, detection: null })}>{t('risk.undo')}<span className="unseen"> {names.get(change.id)}</span></Button></li>)}
        </ul>
      )}
      <div className={css.note}><h3 className="strong">{t('risk.measures')}</h3><p className="t2 small">{t('risk.measures.note')}</p></div>
      {risk.figures.measures.length === 0 ? <Empty>{t('risk.measures.none')}</Empty> : (
        <ul className={css.list}>
          {risk.figures.measures.map((measure) => {
            const worth = known.worth?.worth.find(({ id }) => id === measure.id)?.interruption;
            const isOn = measures.includes(measure.id);
            return (
              <li key={measure.id}>
                <label className={css.measure}>
                  <input type="checkbox" checked={isOn} onChange={() => onMeasures(isOn ? measures.filter((id) => id !== measure.id) : [...measures, measure.id])} />
                  <span><b>{measure.name}</b><span className="t2 small">{[names.get(measure.elementId), measure.delayS !== null && t('risk.change.delay', { value: secondsWords(measure.delayS) }), measure.detection !== null && t('risk.change.detection', { value: chanceWords(measure.detection) }), measure.days !== null && t('risk.days', { n: measure.days })].filter(Boolean).join(' · ')}</span></span>
                  <span className="nowrap">{moneyWords({ minor: measure.costMinor, currency: measure.currency })}</span>
                  <span className={css.gain}>{isOn || worth === undefined || now === null ? '' : deltaWords(worth - now)}</span>
                </label>
              </li>
            );
          })}
        </ul>
      )}
      <Cheapest known={known} asset={asset} risk={risk} onTake={onMeasures} />
    </div>
  );
}

/** The cheapest set that reaches what is needed, with whether that is proven. */
function Cheapest({ known, asset, risk, onTake }: { known: Known; asset: Asset; risk: RiskFloor; onTake: (measures: readonly string[]) => void }) {
  const found = known.cheapest?.cheapest;
  if (asset.leastInterruption === null || !found) return null;
  const needed = chanceWords(asset.leastInterruption);
  if (!found.ok) return <p className={`t2 small ${css.note}`}>{found.at === 'floor' ? t('risk.cheapest.none', { needed }) : found.reason}</p>;
  if (found.chosen.length === 0) return <p className={`t2 small ${css.note}`}>{t('risk.cheapest.met', { needed })}</p>;
  const chosen = risk.figures.measures.filter(({ id }) => found.chosen.some((one) => one.id === id));
  return (
    <div className={`row ${css.note}`}>
      <span className="small">{t(found.proven ? 'risk.cheapest.proven' : 'risk.cheapest.found', { needed, cost: costWords([{ minor: found.cost, currency: chosen[0]?.currency ?? '' }]) })} <b className="strong">{chosen.map(({ name }) => name).join(', ')}</b></span>
      <span className="space" />
      <Button look="filled" onClick={() => onTake(chosen.map(({ id }) => id))}>{t('risk.cheapest.take')}</Button>
    </div>
  );
}

type FieldsProps = { id: string; name: string; floor: Floor; risk: RiskFloor; asset: Asset; known: Known; change: Change | null; onChange: (change: Change) => void };

/** The delay and detection of the chosen element for this question; each keystroke that can be read counts at once. */
function ElementFields({ id, name, floor, risk, asset, known, change, onChange }: FieldsProps) {
  const isSensor = floor.marks.some((mark) => mark.id === id);
  const isZone = floor.zones.some((zone) => zone.id === id);
  const step = known.answer?.now.ok ? known.answer.now.path.steps.find(({ element }) => element?.id === id) : undefined;
  const [delay, setDelay] = useState(fieldOf(change?.delayS ?? null, 0));
  const [detection, setDetection] = useState(fieldOf(change?.detection ?? null));
  const slopes = known.slopes?.slopes.ok && known.answer?.now.ok ? known.slopes.slopes.tasks[known.answer.now.path.steps.indexOf(step as never)] : undefined;
  const readChance = (text: string): number | null => { const value = numberOf(text); return value === null || value > 1 ? null : value; };
  const set = (nextDelay: string, nextDetection: string): void => onChange({ id, delayS: numberOf(nextDelay), detection: readChance(nextDetection) });
  const watches = sensorsOf(floor, risk.figures).find((sensor) => sensor.id === id)?.watches;
  return (
    <>
      <p><b className="strong">{name}</b> <span className="t2 small">{isSensor ? (watches ? t('risk.watches', { name: [...floor.zones, ...floor.portals, ...risk.figures.barriers, asset].find((one) => one.id === watches)?.name ?? '' }) : t('risk.watches.nothing')) : step ? t('risk.on-path') : t('risk.off-path')}</span></p>
      <div className={css.two}>
        {!isSensor && !isZone && <NumberField label={t('risk.what-if.delay')} unit="s" isOptional value={delay} onValue={(value) => { setDelay(value); set(value, detection); }} placeholder={step ? fieldOf(step.delayS, 0) : ''} error={delay !== '' && numberOf(delay) === null ? t('risk.wrong.number') : undefined} />}
        <NumberField label={t('risk.what-if.detection')} isOptional value={detection} onValue={(value) => { setDetection(value); set(delay, value); }} placeholder={step ? fieldOf(step.detection) : ''} error={detection !== '' && readChance(detection) === null ? t('risk.wrong.chance') : undefined} />
      </div>
      {slopes && <p className="t2 small">{t('risk.slopes', { delay: deltaWords(10 * slopes.delayS), detection: deltaWords(0.1 * slopes.detection) })}</p>}
    </>
  );
}
