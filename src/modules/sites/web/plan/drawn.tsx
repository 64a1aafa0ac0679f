import type { ReactNode } from 'react';
import { centreOf } from '#engines/floor/polygon.ts';
import { cx } from '#ui/class-names.ts';
import type { Plan } from '../../plan-contract.ts';
import { type Drawing, extentOf, type Mark, type MarkKind, type Portal, type Zone } from '../../plan-rules.ts';
import type { Sight, Spot } from '#ui/canvas.tsx';
import css from './drawn.module.css';

/** What the canvas fits: the plan in metres, or in pixels while the picture has no scale. */
export function boundsOf(plan: Plan): { minX: number; minY: number; maxX: number; maxY: number } {
  const extent = extentOf(plan);
  return { minX: 0, minY: 0, maxX: extent?.widthM ?? plan.widthPx ?? 100, maxY: extent?.heightM ?? plan.heightPx ?? 100 };
}

const pointsOf = (ring: readonly Spot[]): string => ring.map(([x, y]) => `${x},${y}`).join(' ');

type DrawnProps = {
  plan: Plan; drawing: Drawing; sight: Sight;
  /** The object that is chosen, and whether a press chooses another. */
  chosen?: string | null; isChoosing?: boolean;
  /** Zones in which something is: filled. */
  lit?: ReadonlySet<string>;
  children?: ReactNode;
};

/** A plan and what is drawn on it, in metres. */
export function Drawn({ plan, drawing, sight, chosen = null, isChoosing = false, lit, children }: DrawnProps) {
  const { maxX, maxY } = boundsOf(plan);
  const px = sight.perPx;
  const can = isChoosing ? { className: css.can } : {};
  return (
    <>
      <rect className={css.floor} width={maxX} height={maxY} />
      {plan.hasPicture && <image className={css.picture} href={`/api/sites/${plan.floorId}/plan/picture?of=${plan.fileId}`} width={maxX} height={maxY} preserveAspectRatio="none" />}
      {plan.outline.map((line, i) => <polyline key={i} className={css.outline} points={pointsOf(line)} strokeWidth={2 * px} />)}
      {drawing.zones.map((zone) => <g key={zone.id} data-object={zone.id} {...can}><ZoneShape zone={zone} px={px} isChosen={zone.id === chosen} isLit={lit?.has(zone.id) ?? false} /></g>)}
      {drawing.portals.map((portal) => <g key={portal.id} data-object={portal.id} {...can}><PortalShape portal={portal} px={px} isChosen={portal.id === chosen} /></g>)}
      {drawing.marks.map((mark) => <g key={mark.id} data-object={mark.id} {...can}><MarkShape mark={mark} px={px} isChosen={mark.id === chosen} /></g>)}
      {children}
    </>
  );
}

type ShapeProps = { px: number; isChosen: boolean };

function ZoneShape({ zone, px, isChosen, isLit }: ShapeProps & { zone: Zone; isLit: boolean }) {
  const [x, y] = centreOf(zone.ring);
  return (
    <>
      <polygon className={cx(css.zone, isChosen && css.chosen, isLit && css.lit)} points={pointsOf(zone.ring)} strokeWidth={(isChosen ? 2.5 : 1.5) * px} />
      <text className={css.name} x={x} y={y} fontSize={12 * px} strokeWidth={3 * px}>{zone.name}</text>
    </>
  );
}

function PortalShape({ portal: { at: [x, y], kind }, px, isChosen }: ShapeProps & { portal: Portal }) {
  const r = 6 * px;
  return (
    <g transform={`translate(${x} ${y})`}>
      <rect className={cx(css.portal, isChosen && css.chosen)} x={-r} y={-r} width={2 * r} height={2 * r} rx={px} strokeWidth={(isChosen ? 2.5 : 1.5) * px} />
      <path className={css.leaf} strokeWidth={1.5 * px} d={kind === 'stairs' ? `M${-0.6 * r} ${0.5 * r}h${0.4 * r}v${-0.4 * r}h${0.4 * r}v${-0.4 * r}h${0.4 * r}` : kind === 'opening' || kind === 'window' ? `M${-0.6 * r} 0H${0.6 * r}` : `M${-0.5 * r} ${0.6 * r}V${-0.6 * r}A${1.1 * r} ${1.1 * r} 0 0 1 ${0.6 * r} ${0.6 * r}`} />
    </g>
  );
}

/** Half a circle's worth of sight, three metres far or what eighty pixels are. */
function Cone({ facingDeg, px }: { facingDeg: number; px: number }) {
  const reach = Math.max(3, 40 * px);
  const to = (degrees: number): string => `${reach * Math.sin((degrees * Math.PI) / 180)} ${-reach * Math.cos((degrees * Math.PI) / 180)}`;
  return <path className={css.cone} strokeWidth={px} d={`M0 0L${to(facingDeg - 35)}A${reach} ${reach} 0 0 1 ${to(facingDeg + 35)}Z`} />;
}

// On a grid of 16 about the middle, as `Icon` draws.
const SIGNS: Record<MarkKind, string> = {
  camera: 'M-5 -3h6.500v6h-6.500zM1.500 -.8 5 -3v6L1.500 .8', reader: 'M-3.500 -5h7v10h-7zM-1.500 -2.500h3M-1.500 .5h3', contact: 'M-4 -4v8M4 -4v8M-2 0h4', detector: 'M-4.500 4c0-5 4-8.500 9-8.500M-1.500 4c0-3 2.500-5.500 6-5.500',
  panel: 'M-5 -4.500h10v9h-10zM-2.500 -1.500h5M-2.500 1.500h2', intercom: 'M-3 -5h6v10h-6zM0 -2.500v.1M-1.500 2h3', panic: 'M0 -4.500v5.500M0 4v.1', other: 'M0 -3a3 3 0 1 0 0 6a3 3 0 1 0 0 -6',
};

function MarkShape({ mark: { at: [x, y], kind, facingDeg, name }, px, isChosen }: ShapeProps & { mark: Mark }) {
  return (
    <g transform={`translate(${x} ${y})`}>
      {facingDeg !== null && <Cone facingDeg={facingDeg} px={px} />}
      <g transform={`scale(${px})`}>
        <circle className={cx(css.mark, isChosen && css.chosen)} r={10} strokeWidth={isChosen ? 2.5 : 1.4} />
        <path className={css.sign} d={SIGNS[kind]} />
      </g>
      <text className={css.small} y={21 * px} fontSize={11 * px} strokeWidth={3 * px}>{name}</text>
    </g>
  );
}
