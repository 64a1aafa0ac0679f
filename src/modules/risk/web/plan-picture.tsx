import { memo, type Ref, type RefObject, useMemo } from 'react';
import { boxOf, centreOf } from '#engines/floor/polygon.ts';
import { Canvas, type CanvasHandle } from '#ui/canvas.tsx';
import type { Asset } from '../contract.ts';
import type { ElementState, Floor } from '../path-rules.ts';
import { t } from './messages.en.ts';
import { linesOf, type Shape, type Spot } from './path-shape.ts';
import css from './studio.module.css';

/** What of a plan is drawn under the path. */
export type Ground = { floorId: string; fileId: string; hasPicture: boolean; widthM: number; heightM: number; outline: readonly (readonly Spot[])[] };
type PictureProps = {
  name: string; ground: Ground; floor: Floor; assets: readonly Asset[]; states: readonly ElementState[]; shape: Shape | null; chosen: string | null; target: string | null; changed: ReadonlySet<string>;
  onChoose: (id: string) => void; runner: Ref<SVGGElement>; handle: Ref<CanvasHandle>; onKey: Parameters<typeof Canvas>[0]['onKey'];
};

const AROUND_M = 6;
const PRESS_PX = 14;
const MOST_NAMES = 150;

/** The plan with the path over it. The ground is a few paths however many zones there are; only what is meant is an element of its own. */
export function PlanPicture({ name, ground, floor, assets, states, shape, chosen, target, changed, onChoose, runner, handle, onKey }: PictureProps) {
  const bounds = useMemo(() => ({ minX: -AROUND_M, minY: -AROUND_M, maxX: ground.widthM + AROUND_M, maxY: ground.heightM + AROUND_M }), [ground]);
  const press = (spot: Spot, perPx: number, object: string | null): void => {
    const id = object ?? foundAt(floor, assets, spot, PRESS_PX * perPx);
    if (id) onChoose(id);
  };
  return (
    <Canvas label={t('risk.plan.canvas', { name })} bounds={bounds} nearest={0.005} handle={handle} onPress={press} {...(onKey && { onKey })}>
      {({ perPx }) => (
        <>
          <Base ground={ground} floor={floor} />
          <Names floor={floor} px={perPx} />
          {chosen && <Chosen floor={floor} assets={assets} id={chosen} px={perPx} />}
          {floor.marks.length <= 400 && floor.marks.map((mark) => <MarkSign key={mark.id} at={mark.at} px={perPx} kind={mark.kind} facingDeg={mark.facingDeg} isDead={states.some(({ id, state }) => id === mark.id && state !== 'held')} isChanged={changed.has(mark.id)} />)}
          {floor.portals.filter(({ id }) => states.some((one) => one.id === id) || changed.has(id)).map(({ id, at: [x, y] }) => <circle key={id} className={changed.has(id) ? css.changed : css.broken} cx={x} cy={y} r={11 * perPx} strokeWidth={2 * perPx} />)}
          {assets.map(({ id, place, name: asset }) => place && <g key={id} data-object={id} className={css.asset} transform={`translate(${place.at[0]} ${place.at[1]}) scale(${perPx})`} data-target={id === target || undefined}><path d="M0-9 9 0 0 9-9 0Z" /><text y={24}>{asset}</text></g>)}
          {shape && <Path shape={shape} px={perPx} onChoose={onChoose} />}
          <g ref={runner} className={css.runner} style={{ display: 'none' }}><path d={`M0 ${-9 * perPx}L${9 * perPx} ${7 * perPx}H${-9 * perPx}Z`} strokeWidth={2 * perPx} /></g>
        </>
      )}
    </Canvas>
  );
}

const ringPath = (ring: readonly (readonly [number, number])[]): string => `M${ring.map(([x, y]) => `${x} ${y}`).join('L')}Z`;

/** Floor, picture, rooms and ways, as four elements; strokes keep their width whatever the sight. */
const Base = memo(function Base({ ground, floor }: { ground: Ground; floor: Floor }) {
  const rooms = useMemo(() => floor.zones.map(({ ring }) => ringPath(ring)).join(''), [floor]);
  const ways = useMemo(() => floor.portals.map(({ at: [x, y] }) => `M${x} ${y}h0`).join(''), [floor]);
  return (
    <>
      <rect className={css.floor} width={ground.widthM} height={ground.heightM} />
      {ground.hasPicture && <image className={css.picture} href={`/api/sites/${ground.floorId}/plan/picture?of=${ground.fileId}`} width={ground.widthM} height={ground.heightM} preserveAspectRatio="none" />}
      {ground.outline.length > 0 && <path className={css.outline} d={ground.outline.map((line) => `M${line.map(([x, y]) => `${x} ${y}`).join('L')}`).join('')} />}
      <path className={css.rooms} d={rooms} />
      <path className={css.waysEdge} d={ways} />
      <path className={css.ways} d={ways} />
    </>
  );
});

/** Names of rooms that are large enough to hold them. */
function Names({ floor, px }: { floor: Floor; px: number }) {
  const named = useMemo(() => floor.zones.map(({ id, name, ring }) => {
    const box = boxOf(ring as Spot[]);
    return { id, name, at: centreOf(ring as Spot[]), width: box.maxX - box.minX };
  }), [floor]);
  return named.filter(({ name, width }) => width / px > name.length * 6.5).slice(0, MOST_NAMES).map(({ id, name, at: [x, y] }) => <text key={id} className={css.roomName} x={x} y={y} fontSize={12 * px} strokeWidth={3 * px}>{name}</text>);
}

function Chosen({ floor, assets, id, px }: { floor: Floor; assets: readonly Asset[]; id: string; px: number }) {
  const zone = floor.zones.find((one) => one.id === id);
  if (zone) return <path className={css.chosenRoom} d={ringPath(zone.ring)} strokeWidth={2.5 * px} />;
  const at = [...floor.portals, ...floor.marks].find((one) => one.id === id)?.at ?? assets.find((one) => one.id === id)?.place?.at;
  return at ? <circle className={css.chosen} cx={at[0]} cy={at[1]} r={16 * px} strokeWidth={2.5 * px} /> : null;
}

function MarkSign({ at: [x, y], px, kind, facingDeg, isDead, isChanged }: { at: readonly [number, number]; px: number; kind: string; facingDeg: number | null; isDead: boolean; isChanged: boolean }) {
  return (
    <g transform={`translate(${x} ${y}) scale(${px})`} className={css.mark} data-dead={isDead || undefined} data-changed={isChanged || undefined}>
      <circle r={7} />
      {kind === 'camera' && facingDeg !== null ? <path transform={`rotate(${facingDeg - 90})`} d="M-3.500-2.500h4.500v5h-4.500zM1-.8 4-2.500v5L1 .8" /> : <path d={kind === 'camera' ? 'M-3.500-2.500h4.500v5h-4.500zM1-.8 4-2.500v5L1 .8' : kind === 'contact' ? 'M-2.500-3v6M2.500-3v6' : 'M-3 3c0-3.500 2.500-6 6-6'} />}
      {isDead && <path className={css.strike} d="M-8-7 8 7" />}
    </g>
  );
}

function Path({ shape, px, onChoose }: { shape: Shape; px: number; onChoose: (id: string) => void }) {
  const { timely, late } = useMemo(() => linesOf(shape), [shape]);
  const critical = shape.stops.find(({ isCritical }) => isCritical);
  return (
    <g>
      <path className={css.pathUnder} d={timely + late} />
      <path className={css.pathTimely} d={timely} />
      <path className={css.pathLate} d={late} />
      {shape.stops.map(({ number, at: [x, y], id, isLate, isCritical }) => (
        <g key={`${number} ${id}`} data-own data-object={id} className={css.stop} data-late={isLate || undefined} data-critical={isCritical || undefined} transform={`translate(${x} ${y}) scale(${px})`} onClick={() => onChoose(id)}>
          <circle r={12} /><text y={4.5}>{number}</text>
        </g>
      ))}
      {critical && (
        <g className={css.callout} transform={`translate(${critical.at[0]} ${critical.at[1]}) scale(${px})`} aria-hidden="true">
          <path d="M0-14V-32" /><rect x={-82} y={-72} width={164} height={40} rx={5} /><text y={-55} className={css.calloutHead}>{t('risk.critical')}</text><text y={-40}>{t('risk.critical.after')}</text>
        </g>
      )}
    </g>
  );
}

/** What stands nearest under a press: an asset, a device, a way; else the smallest room. */
function foundAt(floor: Floor, assets: readonly Asset[], [x, y]: Spot, reach: number): string | null {
  const near = [...assets.flatMap(({ id, place }) => (place ? [{ id, at: place.at }] : [])), ...floor.marks, ...floor.portals].map(({ id, at }) => ({ id, far: Math.hypot(at[0] - x, at[1] - y) })).filter(({ far }) => far <= reach).sort((a, b) => a.far - b.far)[0];
  if (near) return near.id;
  const rooms = floor.zones.flatMap(({ id, ring }) => {
    const box = boxOf(ring as Spot[]);
    return x >= box.minX && x <= box.maxX && y >= box.minY && y <= box.maxY ? [{ id, size: (box.maxX - box.minX) * (box.maxY - box.minY) }] : [];
  });
  return rooms.sort((a, b) => a.size - b.size)[0]?.id ?? null;
}

export type RunnerRef = RefObject<SVGGElement | null>;
