import { useState } from 'react';
import { v7 as uuidv7 } from 'uuid';
import { centreOf } from '#engines/floor/polygon.ts';
import { useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Empty } from '#ui/states.tsx';
import { dateWords } from '#ui/times.ts';
import { type Asset, type RiskFloor, saveFigures } from '../contract.ts';
import { type Barrier, findingsOf, type Floor, type Measure, type Protection, sensorsOf } from '../path-rules.ts';
import { AssetDialog } from './asset-dialog.tsx';
import { DelaysDialog, FloorDialog, MeasureDialog, SensorDialog } from './figure-dialogs.tsx';
import { t } from './messages.en.ts';
import css from './studio.module.css';
import { findingWords } from './words.ts';

type FiguresProps = { risk: RiskFloor; floor: Floor; asset: Asset | null; chosen: string | null; unreached: readonly string[]; onChoose: (id: string) => void };
type Asking = { kind: 'element' | 'barrier' | 'sensor' | 'asset' | 'measure'; id: string } | { kind: 'floor' | 'new-barrier' | 'new-measure' } | null;

const MOST_SHOWN = 60;

/** The figures that the study stands on: those of the chosen element, and what is missing on the whole floor. */
export function FiguresTab({ risk, floor, asset, chosen, unreached, onChoose }: FiguresProps) {
  const [asking, setAsking] = useState<Asking>(null);
  const saving = useSend('risk', saveFigures);
  const mayAssess = useMay('risk:assess');
  const mayRegister = useMay('risk:register');
  const { figures } = risk;
  const save = async (next: Protection): Promise<void> => {
    await saving.send({ id: risk.floorId, ...next }, { ifMatch: risk.version });
    announce(t('risk.figures.saved'));
    setAsking(null);
  };
  const placed = asset?.place ? { id: asset.id, name: asset.name, zoneId: asset.place.zoneId, at: asset.place.at, delays: asset.delays } : null;
  const findings = findingsOf(floor, figures, placed, unreached);
  const kindOf = (id: string): Asking => (floor.portals.some((one) => one.id === id) ? { kind: 'element', id } : floor.marks.some((one) => one.id === id) ? { kind: 'sensor', id } : figures.barriers.some((one) => one.id === id) ? { kind: 'barrier', id } : risk.assets.some((one) => one.id === id) ? { kind: 'asset', id } : null);
  const may = (what: Asking): boolean => (what?.kind === 'asset' ? mayRegister : mayAssess);
  const ofChosen = chosen === null ? null : kindOf(chosen);
  const name = chosen === null ? '' : ([...floor.portals, ...floor.marks, ...floor.zones, ...figures.barriers, ...risk.assets].find(({ id }) => id === chosen)?.name ?? '');
  const common = { isBusy: saving.isBusy, problem: saving.problem, onClose: () => { saving.forget(); setAsking(null); } };
  return (
    <div>
      <div className={css.bar}>
        <span>{chosen === null ? <span className="t2">{t('risk.figures.choose')}</span> : <b className="strong">{name}</b>}</span>
        <span className="space" />
        {ofChosen && may(ofChosen) && <Button onClick={() => setAsking(ofChosen)}>{t('risk.figures.change')}</Button>}
      </div>
      {chosen !== null && floor.zones.some(({ id }) => id === chosen) && <p className={`t2 small ${css.note}`}>{t('risk.zone.sensors', { names: sensorsOf(floor, figures).filter(({ watches }) => watches === chosen).map((one) => one.name).join(', ') || t('risk.zone.none') })}</p>}
      {mayAssess && <div className={`row ${css.note}`} style={{ flexWrap: 'wrap' }}><Button look="quiet" onClick={() => setAsking({ kind: 'new-barrier' })}>{t('risk.barrier.add')}</Button><Button look="quiet" onClick={() => setAsking({ kind: 'new-measure' })}>{t('risk.measure.add')}</Button><Button look="quiet" onClick={() => setAsking({ kind: 'floor' })}>{t('risk.floor.figures')}</Button></div>}
      {figures.measures.length > 0 && mayAssess && <ul className={css.list} aria-label={t('risk.measures')}>{figures.measures.map((one) => <li key={one.id}><span className="cut">{one.name}</span><span className="space" /><Button look="quiet" onClick={() => setAsking({ kind: 'measure', id: one.id })}>{t('risk.figures.change')}<span className="unseen"> {one.name}</span></Button></li>)}</ul>}
      <div className={css.note}><h3 className="strong">{t('risk.findings', { n: findings.length })}</h3><p className="t2 small">{risk.changedAt === null ? t('risk.figures.never') : t('risk.figures.by', { name: risk.changedBy ?? '', date: dateWords(risk.changedAt) })}</p></div>
      {findings.length === 0 ? <Empty>{t('risk.findings.none')}</Empty> : (
        <ul className={css.list} aria-label={t('risk.findings', { n: findings.length })}>
          {findings.slice(0, MOST_SHOWN).map((finding, i) => <li key={`${finding.rule} ${finding.id} ${i}`}><span>{findingWords(finding)}</span><span className="space" />{finding.id !== '' && <Button look="quiet" onClick={() => onChoose(finding.id)}>{t('risk.show')}<span className="unseen"> {finding.name}</span></Button>}</li>)}
          {findings.length > MOST_SHOWN && <li className="t2">{t('risk.findings.more', { n: findings.length - MOST_SHOWN })}</li>}
        </ul>
      )}
      {asking?.kind === 'floor' && <FloorDialog figures={figures} {...common} onSave={save} />}
      {asking?.kind === 'element' && <ElementDialog id={asking.id} floor={floor} figures={figures} {...common} onSave={save} />}
      {asking?.kind === 'sensor' && <SensorDialog id={asking.id} floor={floor} figures={figures} assets={risk.assets} {...common} onSave={save} />}
      {asking?.kind === 'barrier' && <DelaysDialog key={asking.id} title={name} barrier={figures.barriers.find(({ id }) => id === asking.id) ?? null} floor={floor} delays={figures.barriers.find(({ id }) => id === asking.id)?.delays ?? []} isNoEntry={null} {...common} onSave={({ delays, barrier }) => save({ ...figures, barriers: figures.barriers.map((one) => (one.id === asking.id ? { ...one, ...barrier, delays } : one)) })} onRemove={() => save({ ...figures, barriers: figures.barriers.filter(({ id }) => id !== asking.id) })} />}
      {asking?.kind === 'new-barrier' && <DelaysDialog title={t('risk.barrier.add')} barrier={newBarrier(floor)} floor={floor} delays={[]} isNoEntry={null} {...common} onSave={({ delays, barrier }) => save({ ...figures, barriers: [...figures.barriers, { id: uuidv7(), name: barrier?.name ?? '', between: barrier?.between ?? [null, null], at: barrier?.at ?? [0, 0], delays }] })} />}
      {(asking?.kind === 'new-measure' || asking?.kind === 'measure') && <MeasureDialog measure={asking.kind === 'measure' ? (figures.measures.find(({ id }) => id === asking.id) ?? null) : null} chosen={chosen} floor={floor} figures={figures} asset={asset} {...common} onSave={(measure: Measure) => save({ ...figures, measures: figures.measures.some(({ id }) => id === measure.id) ? figures.measures.map((one) => (one.id === measure.id ? measure : one)) : [...figures.measures, measure] })} onRemove={(id) => save({ ...figures, measures: figures.measures.filter((one) => one.id !== id) })} />}
      {asking?.kind === 'asset' && <AssetDialog risk={risk} floor={floor} asset={risk.assets.find(({ id }) => id === asking.id) ?? null} onClose={() => setAsking(null)} onDone={() => undefined} />}
    </div>
  );
}

/** A wall that could be broken through: between two rooms, or a room and the outside. */
function newBarrier(floor: Floor): Omit<Barrier, 'id' | 'delays'> {
  const [first] = floor.zones;
  const [x, y] = first ? centreOf(first.ring as [number, number][]) : [0, 0];
  return { name: '', between: [first?.id ?? null, null], at: [x, y] };
}

type ElementProps = { id: string; floor: Floor; figures: Protection; onSave: (next: Protection) => Promise<void> } & Pick<Parameters<typeof DelaysDialog>[0], 'isBusy' | 'problem' | 'onClose'>;

function ElementDialog({ id, floor, figures, onSave, ...common }: ElementProps) {
  const known = figures.elements.find((one) => one.id === id);
  const portal = floor.portals.find((one) => one.id === id);
  const leadsOut = portal?.between.includes(null) ?? false;
  return <DelaysDialog title={portal?.name ?? ''} barrier={null} floor={floor} delays={known?.delays ?? []} isNoEntry={leadsOut ? (known?.isNoEntry ?? false) : null} {...common} onSave={({ delays, isNoEntry }) => onSave({ ...figures, elements: [...figures.elements.filter((one) => one.id !== id), { id, delays, isNoEntry: isNoEntry ?? false }] })} />;
}
