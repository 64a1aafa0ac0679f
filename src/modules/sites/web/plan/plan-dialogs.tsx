import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, NumberField } from '#ui/field.tsx';
import type { Site } from '../../contract.ts';
import { type Plan, setGeoreference, setScale } from '../../plan-contract.ts';
import { extentOf } from '../../plan-rules.ts';
import { t } from '../messages.en.ts';
import type { Spot } from '#ui/canvas.tsx';
import css from './plan.module.css';

const NUMBER = /^\s*[+-]?\d{1,6}([.,]\d{1,9})?\s*$/;
const numberOf = (text: string): number | null => (NUMBER.test(text) ? Number(text.trim().replace(',', '.')) : null);
const shown = (value: number, digits = 1): string => String(Math.round(value * 10 ** digits) / 10 ** digits);

type Fields = Record<string, string>;

/** Text fields that hold numbers: their values, what is wrong with them once it was tried, and each as a field's properties. */
function useNumbers(first: Fields) {
  const [typed, setTyped] = useState<Fields>(first);
  const [isTried, setTried] = useState(false);
  const field = (name: string) => ({ value: typed[name] ?? '', onValue: (value: string) => setTyped((before) => ({ ...before, [name]: value })), error: isTried && numberOf(typed[name] ?? '') === null ? t('plan.number.wrong') : undefined });
  const read = (names: readonly string[]): number[] | null => {
    setTried(true);
    const numbers = names.map((name) => numberOf(typed[name] ?? ''));
    return numbers.includes(null) ? null : (numbers as number[]);
  };
  return { field, read, setTyped };
}

/** The scale by two points of the picture and the metres between them; the points come from presses on it, or are typed. */
export function ScaleDialog({ plan, points, onClose }: { plan: Plan; points: readonly Spot[]; onClose: () => void }) {
  const setting = useSend('sites', setScale);
  const perPx = plan.metresPerPx ?? 1;
  const [from, to] = points.length === 2 ? points.map(([x, y]): Spot => [x / perPx, y / perPx]) : [[0, 0] as Spot, [plan.widthPx ?? 0, 0] as Spot];
  const [version] = useState(plan.version);
  const { field, read } = useNumbers({ fromX: shown(from?.[0] ?? 0), fromY: shown(from?.[1] ?? 0), toX: shown(to?.[0] ?? 0), toY: shown(to?.[1] ?? 0), lengthM: '' });
  const submit = async (): Promise<void> => {
    const numbers = read(['fromX', 'fromY', 'toX', 'toY', 'lengthM']);
    if (!numbers) return;
    const [fromX = 0, fromY = 0, toX = 0, toY = 0, lengthM = 0] = numbers;
    await setting.send({ id: plan.floorId, from: [fromX, fromY], to: [toX, toY], lengthM }, { ifMatch: version });
    announce(t('plan.scale.done'));
    onClose();
  };
  return (
    <Dialog title={t('plan.scale.set')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={setting.isBusy}>{t('plan.scale.do')}</Button><Button onClick={onClose}>{t('sites.cancel')}</Button></>}>
      <FaultSummary faults={setting.problem?.errors ?? []} detail={setting.problem?.detail} />
      <p className="t2">{t('plan.scale.what')}</p>
      <NumberField label={t('plan.scale.length')} unit="m" data-autofocus {...field('lengthM')} />
      <div className={css.two}>
        <NumberField label={t('plan.scale.fromX')} unit="px" {...field('fromX')} />
        <NumberField label={t('plan.scale.fromY')} unit="px" {...field('fromY')} />
        <NumberField label={t('plan.scale.toX')} unit="px" {...field('toX')} />
        <NumberField label={t('plan.scale.toY')} unit="px" {...field('toY')} />
      </div>
    </Dialog>
  );
}

const AXES = ['x', 'y', 'lat', 'lon'] as const;

/** Where the plan is on the globe: two points or three, with what was left over at each. */
export function GeoreferenceDialog({ floor, plan, onClose }: { floor: Site; plan: Plan; onClose: () => void }) {
  const setting = useSend('sites', setGeoreference);
  const [version] = useState(plan.version);
  const extent = extentOf(plan) ?? { widthM: 0, heightM: 0 };
  const known = plan.georeference?.points ?? [];
  const corners: Spot[] = [[0, 0], [extent.widthM, 0], [0, extent.heightM]];
  const [count, setCount] = useState(Math.max(2, Math.min(4, known.length)));
  const first = Object.fromEntries(Array.from({ length: 4 }, (_, i) => [i, known[i]] as const).flatMap(([i, point]) => [
    [`${i}x`, shown(point?.at[0] ?? corners[i]?.[0] ?? 0, 2)], [`${i}y`, shown(point?.at[1] ?? corners[i]?.[1] ?? 0, 2)],
    [`${i}lat`, point ? String(point.latitude) : i === 0 && floor.latitude !== null ? String(floor.latitude) : ''], [`${i}lon`, point ? String(point.longitude) : i === 0 && floor.longitude !== null ? String(floor.longitude) : ''],
  ]));
  const { field, read } = useNumbers(first);
  const indices = Array.from({ length: count }, (_, i) => i);
  const submit = async (): Promise<void> => {
    const numbers = read(indices.flatMap((i) => AXES.map((axis) => `${i}${axis}`)));
    if (!numbers) return;
    const points = indices.map((i) => ({ at: [numbers[i * 4] ?? 0, numbers[i * 4 + 1] ?? 0] as Spot, latitude: numbers[i * 4 + 2] ?? 0, longitude: numbers[i * 4 + 3] ?? 0 }));
    const { georeference } = await setting.send({ id: plan.floorId, points }, { ifMatch: version });
    announce(t('plan.globe.done', { rest: shown(georeference?.rmsM ?? 0, 2) }));
    onClose();
  };
  return (
    <Dialog title={t('plan.globe')} size="wide" onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={setting.isBusy}>{t('plan.globe.do')}</Button><Button onClick={onClose}>{t('sites.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={setting.problem?.detail} />
      <p className="t2">{t('plan.globe.what')}</p>
      {indices.map((i) => (
        <fieldset key={i}>
          <legend className="label">{t('plan.globe.point', { n: i + 1 })}{plan.georeference?.residualsM[i] !== undefined && known.length > 2 && <> · {t('plan.globe.rest', { rest: shown(plan.georeference.residualsM[i] ?? 0, 2) })}</>}</legend>
          <div className={css.two}>
            <NumberField label={t('plan.globe.x')} unit="m" {...field(`${i}x`)} />
            <NumberField label={t('plan.globe.y')} unit="m" {...field(`${i}y`)} />
            <NumberField label={t('sites.latitude')} unit="°" {...field(`${i}lat`)} />
            <NumberField label={t('sites.longitude')} unit="°" {...field(`${i}lon`)} />
          </div>
        </fieldset>
      ))}
      <div className={css.bar}>
        {count < 4 && <Button icon="add" onClick={() => setCount(count + 1)}>{t('plan.globe.more')}</Button>}
        {count > 2 && <Button look="quiet" onClick={() => setCount(count - 1)}>{t('plan.globe.fewer')}</Button>}
      </div>
    </Dialog>
  );
}
