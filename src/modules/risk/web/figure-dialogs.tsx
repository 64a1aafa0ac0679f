import { useState } from 'react';
import { v7 as uuidv7 } from 'uuid';
import { centreOf } from '#engines/floor/polygon.ts';
import type { ProblemError } from '#platform/web/call.ts';
import { decimal } from '#platform/web/messages.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, FaultSummary, NumberField, SelectField, TextField } from '#ui/field.tsx';
import type { Asset } from '../contract.ts';
import { type Barrier, BYS, type By, type Delay, type Floor, type Measure, metresToWalls, type Protection, type Sensor, shownBy, watchedBy } from '../path-rules.ts';
import { t } from './messages.en.ts';
import css from './studio.module.css';
import { byWords, fieldOf, numberOf } from './words.ts';

type Common = { isBusy: boolean; problem: ProblemError | null; onClose: () => void };
const failing = (work: Promise<unknown>): void => void work.catch(() => undefined);
const chance = (text: string): number | null => { const value = numberOf(text); return value === null || value > 1 ? null : value; };

export type Typed = Record<By, { mean: string; sd: string }>;
export const typedOf = (delays: readonly Delay[]): Typed => Object.fromEntries(BYS.map((by) => { const one = delays.find((delay) => delay.by === by); return [by, { mean: fieldOf(one?.meanS ?? null, 1), sd: fieldOf(one?.sdS ?? null, 1) }]; })) as Typed;
/** The delays that were typed; null where one cannot be read. An empty mean is no way past. */
export function delaysOf(typed: Typed): Delay[] | null {
  const rows = BYS.flatMap((by) => (typed[by].mean.trim() === '' ? [] : [{ by, meanS: numberOf(typed[by].mean), sdS: typed[by].sd.trim() === '' ? null : numberOf(typed[by].sd), wantsSd: typed[by].sd.trim() !== '' }]));
  return rows.some(({ meanS, sdS, wantsSd }) => meanS === null || (wantsSd && sdS === null)) ? null : rows.map(({ by, meanS, sdS }) => ({ by, meanS: meanS as number, sdS }));
}

/** How long something takes to pass, by each way; an empty one cannot be taken. */
export function DelayRows({ typed, onTyped, isTried }: { typed: Typed; onTyped: (typed: Typed) => void; isTried: boolean }) {
  const wrong = (text: string): string | undefined => (isTried && text.trim() !== '' && numberOf(text) === null ? t('risk.wrong.number') : undefined);
  return (
    <fieldset>
      <legend className="label">{t('risk.delays')}</legend>
      <p className="t2 small">{t('risk.delays.what')}</p>
      {BYS.map((by) => (
        <div key={by} className={css.two}>
          <NumberField label={t('risk.delay.by', { by: byWords(by) })} unit="s" isOptional value={typed[by].mean} onValue={(mean) => onTyped({ ...typed, [by]: { ...typed[by], mean } })} error={wrong(typed[by].mean)} />
          <NumberField label={t('risk.delay.spread', { by: byWords(by) })} unit="s" isOptional value={typed[by].sd} onValue={(sd) => onTyped({ ...typed, [by]: { ...typed[by], sd } })} error={wrong(typed[by].sd)} />
        </div>
      ))}
    </fieldset>
  );
}

type DelaysProps = Common & {
  title: string; barrier: Omit<Barrier, 'id' | 'delays'> | null; floor: Floor; delays: readonly Delay[]; isNoEntry: boolean | null;
  onSave: (next: { delays: Delay[]; isNoEntry: boolean | null; barrier: Omit<Barrier, 'id' | 'delays'> | null }) => Promise<void>; onRemove?: () => Promise<void>;
};

/** The delays of a way or a barrier; a barrier has a name and two sides besides. */
export function DelaysDialog({ title, barrier, floor, delays, isNoEntry, isBusy, problem, onClose, onSave, onRemove }: DelaysProps) {
  const [typed, setTyped] = useState(() => typedOf(delays));
  const [isClosed, setClosed] = useState(isNoEntry ?? false);
  const [name, setName] = useState(barrier?.name ?? '');
  const [one, setOne] = useState(barrier?.between[0] ?? '');
  const [other, setOther] = useState(barrier?.between[1] ?? '');
  const [isTried, setTried] = useState(false);
  const submit = (): void => {
    setTried(true);
    const read = delaysOf(typed);
    if (!read || (barrier && (name.trim() === '' || one === other))) return;
    failing(onSave({ delays: read, isNoEntry: isNoEntry === null ? null : isClosed, barrier: barrier && { name: name.trim(), between: [one || null, other || null], at: betweenOf(floor, one, other) } }));
  };
  const zones = [{ value: '', title: t('risk.outside') }, ...floor.zones.map(({ id, name: zone }) => ({ value: id, title: zone }))];
  return (
    <Dialog title={title} size="wide" onClose={onClose} onSubmit={submit} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('risk.save')}</Button><Button onClick={onClose}>{t('risk.cancel')}</Button>{onRemove && <Button look="danger" onClick={() => failing(onRemove())}>{t('risk.remove')}</Button>}</>}>
      <FaultSummary faults={problem?.errors ?? []} detail={problem?.detail} />
      {barrier && (
        <>
          <TextField label={t('risk.name')} value={name} onValue={setName} maxLength={120} error={isTried && name.trim() === '' ? t('risk.name.missing') : undefined} data-autofocus />
          <div className={css.two}>
            <SelectField label={t('risk.barrier.one')} value={one} onValue={setOne} choices={zones} />
            <SelectField label={t('risk.barrier.other')} value={other} onValue={setOther} choices={zones} error={isTried && one === other ? t('risk.barrier.same') : undefined} />
          </div>
        </>
      )}
      {isNoEntry !== null && <CheckField label={t('risk.no-entry')} isOn={isClosed} onValue={setClosed} />}
      <DelayRows typed={typed} onTyped={setTyped} isTried={isTried} />
    </Dialog>
  );
}

/** The middle of the corner or wall where two rooms are nearest; of a room and the outside the middle of its longest wall. */
function betweenOf(floor: Floor, one: string, other: string): [number, number] {
  const [a, b] = [one, other].map((id) => floor.zones.find((zone) => zone.id === id));
  const from = a ?? b;
  if (!from) return [0, 0];
  const middles = from.ring.map((corner, i): [number, number] => { const next = from.ring[(i + 1) % from.ring.length] ?? corner; return [(corner[0] + next[0]) / 2, (corner[1] + next[1]) / 2]; });
  const to = a && b ? (from === a ? b : a) : null;
  if (to) return middles.toSorted((p, q) => metresToWalls(to.ring, p) - metresToWalls(to.ring, q))[0] ?? centreOf(from.ring as [number, number][]);
  const others = floor.zones.filter(({ id }) => id !== from.id);
  return middles.toSorted((p, q) => Math.min(...others.map(({ ring }) => metresToWalls(ring, q)), 1e6) - Math.min(...others.map(({ ring }) => metresToWalls(ring, p)), 1e6))[0] ?? [0, 0];
}

type SensorProps = Common & { id: string; floor: Floor; figures: Protection; assets: readonly Asset[]; onSave: (next: Protection) => Promise<void> };
const TACTICS = ['stealth', 'force', 'deceit'] as const;

/** What a sensor detects, where its evidence is, and what it watches. */
export function SensorDialog({ id, floor, figures, assets, isBusy, problem, onClose, onSave }: SensorProps) {
  const known = figures.sensors.find((one) => one.id === id);
  const mark = floor.marks.find((one) => one.id === id);
  const [typed, setTyped] = useState<Record<string, string>>({ stealth: fieldOf(known?.stealth ?? null), force: fieldOf(known?.force ?? null), deceit: fieldOf(known?.deceit ?? null), detected: fieldOf(known?.evidence?.detected ?? null, 0), trials: fieldOf(known?.evidence?.trials ?? null, 0), on: known?.evidence?.testedOn ?? '', note: known?.evidence?.note ?? '' });
  const [place, setPlace] = useState<Sensor['place']>(known?.place ?? 'B');
  const [covers, setCovers] = useState(known?.covers ?? '');
  const [isTried, setTried] = useState(false);
  const field = (key: string) => ({ value: typed[key] ?? '', onValue: (value: string) => setTyped((before) => ({ ...before, [key]: value })) });
  const [detected, trials] = [numberOf(typed['detected'] ?? ''), numberOf(typed['trials'] ?? '')];
  const hasTrials = (typed['trials'] ?? '').trim() !== '';
  const isFair = detected !== null && trials !== null && Number.isInteger(trials) && Number.isInteger(detected) && trials >= 1 && detected <= trials;
  const low = hasTrials && isFair ? shownBy({ detected, trials, testedOn: '', note: '' }) : null;
  const submit = (): void => {
    setTried(true);
    const [stealth, force, deceit] = TACTICS.map((tactic) => chance(typed[tactic] || '0'));
    if (stealth === null || force === null || deceit === null || stealth === undefined || force === undefined || deceit === undefined || (hasTrials && (!isFair || (typed['on'] ?? '') === ''))) return;
    const sensor: Sensor = { id, covers: covers || null, stealth, force, deceit, place, evidence: hasTrials && isFair ? { detected, trials, testedOn: typed['on'] ?? '', note: (typed['note'] ?? '').trim() } : null };
    failing(onSave({ ...figures, sensors: [...figures.sensors.filter((one) => one.id !== id), sensor] }));
  };
  const own = mark ? watchedBy(mark, floor) : null;
  const nameOf = (of: string | null): string => [...floor.zones, ...floor.portals].find((one) => one.id === of)?.name ?? t('risk.watches.nothing');
  return (
    <Dialog title={mark?.name ?? ''} size="wide" onClose={onClose} onSubmit={submit} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('risk.save')}</Button><Button onClick={onClose}>{t('risk.cancel')}</Button></>}>
      <FaultSummary faults={problem?.errors ?? []} detail={problem?.detail} />
      <p className="t2 small">{t('risk.sensor.what')}</p>
      <div className={css.three}>{TACTICS.map((tactic, i) => <NumberField key={tactic} label={t(`risk.sensor.${tactic}`)} {...field(tactic)} {...(i === 0 && { 'data-autofocus': true })} error={isTried && chance(typed[tactic] || '0') === null ? t('risk.wrong.chance') : undefined} />)}</div>
      <div className={css.two}>
        <SelectField label={t('risk.sensor.place')} value={place} onValue={(value) => setPlace(value as Sensor['place'])} choices={(['B', 'M', 'E'] as const).map((value) => ({ value, title: t(`risk.place.${value}`) }))} />
        <SelectField label={t('risk.sensor.covers')} value={covers} onValue={setCovers} choices={[{ value: '', title: t('risk.sensor.by-place', { name: nameOf(own) }) }, ...floor.portals, ...floor.zones, ...figures.barriers, ...assets].map((one) => ('value' in one ? one : { value: one.id, title: one.name }))} />
      </div>
      <fieldset>
        <legend className="label">{t('risk.evidence')}</legend>
        <p className="t2 small">{t('risk.evidence.what')}</p>
        <div className={css.three}>
          <NumberField label={t('risk.evidence.detected')} isOptional {...field('detected')} error={isTried && hasTrials && !isFair ? t('risk.evidence.wrong') : undefined} />
          <NumberField label={t('risk.evidence.trials')} isOptional {...field('trials')} />
          <TextField label={t('risk.evidence.on')} type="date" isOptional {...field('on')} error={isTried && hasTrials && (typed['on'] ?? '') === '' ? t('risk.evidence.when') : undefined} />
        </div>
        <TextField label={t('risk.evidence.note')} isOptional maxLength={300} {...field('note')} />
        {low !== null && <p className="t2 small">{t('risk.evidence.shows', { low: decimal(low, 2) })}</p>}
      </fieldset>
    </Dialog>
  );
}

/** What holds for the whole floor: how fast one goes, and the response where none is measured. */
export function FloorDialog({ figures, isBusy, problem, onClose, onSave }: Common & { figures: Protection; onSave: (next: Protection) => Promise<void> }) {
  const { response } = figures;
  const [typed, setTyped] = useState<Record<string, string>>({ speed: fieldOf(figures.speedMps), time: fieldOf(response.timeS, 0), spread: fieldOf(response.timeSdS, 0), communication: fieldOf(response.communication), basis: response.basis });
  const [isTried, setTried] = useState(false);
  const field = (key: string) => ({ value: typed[key] ?? '', onValue: (value: string) => setTyped((before) => ({ ...before, [key]: value })), error: isTried && key !== 'basis' && (key === 'communication' ? chance(typed[key] ?? '') : numberOf(typed[key] ?? '')) === null ? t(key === 'communication' ? 'risk.wrong.chance' : 'risk.wrong.number') : undefined });
  const submit = (): void => {
    setTried(true);
    const [speedMps, timeS, timeSdS, communication] = [numberOf(typed['speed'] ?? ''), numberOf(typed['time'] ?? ''), numberOf(typed['spread'] ?? ''), chance(typed['communication'] ?? '')];
    if (speedMps === null || timeS === null || timeSdS === null || communication === null) return;
    failing(onSave({ ...figures, speedMps, response: { timeS, timeSdS, communication, basis: (typed['basis'] ?? '').trim() } }));
  };
  return (
    <Dialog title={t('risk.floor.figures')} onClose={onClose} onSubmit={submit} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('risk.save')}</Button><Button onClick={onClose}>{t('risk.cancel')}</Button></>}>
      <FaultSummary faults={problem?.errors ?? []} detail={problem?.detail} />
      <NumberField label={t('risk.speed')} unit="m/s" {...field('speed')} data-autofocus />
      <NumberField label={t('risk.response.time')} unit="s" {...field('time')} />
      <NumberField label={t('risk.response.spread')} unit="s" {...field('spread')} />
      <NumberField label={t('risk.response.communication')} {...field('communication')} />
      <TextField label={t('risk.response.basis')} isOptional maxLength={300} {...field('basis')} />
    </Dialog>
  );
}

type MeasureProps = Common & { measure: Measure | null; chosen: string | null; floor: Floor; figures: Protection; asset: Asset | null; onSave: (measure: Measure) => Promise<void>; onRemove: (id: string) => Promise<void> };

/** What can be bought, what it brings, and what it costs. */
export function MeasureDialog({ measure, chosen, floor, figures, asset, isBusy, problem, onClose, onSave, onRemove }: MeasureProps) {
  const [typed, setTyped] = useState<Record<string, string>>({ name: measure?.name ?? '', delay: fieldOf(measure?.delayS ?? null, 0), detection: fieldOf(measure?.detection ?? null), cost: measure ? fieldOf(measure.costMinor / 100) : '', currency: measure?.currency ?? figures.measures[0]?.currency ?? 'EUR', days: fieldOf(measure?.days ?? null, 0) });
  const [elementId, setElementId] = useState(measure?.elementId ?? chosen ?? floor.portals[0]?.id ?? '');
  const [isTried, setTried] = useState(false);
  const of = (key: string): string => (typed[key] ?? '').trim();
  const field = (key: string) => ({ value: typed[key] ?? '', onValue: (value: string) => setTyped((before) => ({ ...before, [key]: value })) });
  const isEmpty = of('delay') === '' && of('detection') === '';
  const submit = (): void => {
    setTried(true);
    const [delayS, detection, cost, days] = [of('delay') === '' ? null : numberOf(of('delay')), of('detection') === '' ? null : chance(of('detection')), numberOf(of('cost')), of('days') === '' ? null : numberOf(of('days'))];
    if (of('name') === '' || cost === null || isEmpty || (of('delay') !== '' && delayS === null) || (of('detection') !== '' && detection === null)) return;
    failing(onSave({ id: measure?.id ?? uuidv7(), name: of('name'), elementId, delayS, detection, costMinor: Math.round(cost * 100), currency: of('currency').toUpperCase(), days: days === null ? null : Math.round(days) }));
  };
  const elements = [...floor.portals, ...figures.barriers, ...floor.zones, ...floor.marks, ...(asset ? [asset] : [])];
  return (
    <Dialog title={measure?.name ?? t('risk.measure.add')} onClose={onClose} onSubmit={submit} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('risk.save')}</Button><Button onClick={onClose}>{t('risk.cancel')}</Button>{measure && <Button look="danger" onClick={() => failing(onRemove(measure.id))}>{t('risk.remove')}</Button>}</>}>
      <FaultSummary faults={problem?.errors ?? []} detail={problem?.detail} />
      <TextField label={t('risk.name')} maxLength={120} {...field('name')} data-autofocus error={isTried && of('name') === '' ? t('risk.name.missing') : undefined} />
      <SelectField label={t('risk.measure.at')} value={elementId} onValue={setElementId} choices={elements.map(({ id, name }) => ({ value: id, title: name }))} />
      <div className={css.two}>
        <NumberField label={t('risk.measure.delay')} unit="s" isOptional {...field('delay')} error={isTried && isEmpty ? t('risk.measure.empty') : undefined} />
        <NumberField label={t('risk.measure.detection')} isOptional {...field('detection')} error={isTried && of('detection') !== '' && chance(of('detection')) === null ? t('risk.wrong.chance') : undefined} />
      </div>
      <div className={css.three}>
        <NumberField label={t('risk.measure.cost')} {...field('cost')} error={isTried && numberOf(of('cost')) === null ? t('risk.wrong.number') : undefined} />
        <TextField label={t('risk.measure.currency')} maxLength={3} {...field('currency')} />
        <NumberField label={t('risk.measure.days')} isOptional {...field('days')} />
      </div>
    </Dialog>
  );
}
