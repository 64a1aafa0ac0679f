import { type KeyboardEvent, type PointerEvent, type ReactNode, type Ref, type RefObject, useCallback, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react';
import { Button, IconButton } from './button.tsx';
import css from './canvas.module.css';
import { t } from './messages.en.ts';

export type Spot = [x: number, y: number];
type Box = { minX: number; minY: number; maxX: number; maxY: number };
/** What is seen: the middle in the drawing's own units, and how many of them one pixel of the screen is. */
export type Sight = { x: number; y: number; perPx: number };

export type CanvasHandle = { show: (spot: Spot, perPx?: number) => void; whole: () => void };

type CanvasProps = {
  label: string;
  /** The drawing's bounds, in its own units; "whole" fits them. */
  bounds: Box;
  /** How near one may come: units of the drawing a pixel. */
  nearest: number;
  children: (sight: Sight) => ReactNode;
  /** A press that was no pull, in the drawing's units; `object` is what was drawn there under `data-object`. */
  onPress?: (spot: Spot, perPx: number, object: string | null) => void;
  onHover?: ((spot: Spot) => void) | undefined;
  /** Keys before the canvas' own; true where it was used. */
  onKey?: (event: KeyboardEvent) => boolean;
  isCrosshair?: boolean;
  /** Seen first instead of the whole. */
  from?: Sight | undefined;
  handle?: Ref<CanvasHandle>;
};

const ZOOM = 1.4;
const PULL_PX = 4;

const fitted = ({ minX, minY, maxX, maxY }: Box, { width, height }: Size): Sight => ({ x: (minX + maxX) / 2, y: (minY + maxY) / 2, perPx: Math.max((maxX - minX) / width, (maxY - minY) / height) * 1.04 || 1 });

type Size = { width: number; height: number };

function useSize(of: RefObject<SVGSVGElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 800, height: 500 });
  useLayoutEffect(() => {
    const element = of.current;
    if (!element) return undefined;
    const measure = (): void => setSize({ width: Math.max(1, element.clientWidth), height: Math.max(1, element.clientHeight) });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [of]);
  return size;
}

/** A picture that is moved by pull and arrows, made larger and smaller by wheel, pinch and + -, and seen whole by 0. */
export function Canvas({ label, bounds, nearest, children, onPress, onHover, onKey, isCrosshair = false, from, handle }: CanvasProps) {
  const svg = useRef<SVGSVGElement>(null);
  const size = useSize(svg);
  const [moved, setMoved] = useState<Sight | null>(from ?? null);
  const whole = fitted(bounds, size);
  const sight = moved ?? whole;
  const clamp = useCallback(({ x, y, perPx }: Sight): Sight => ({ x: Math.min(bounds.maxX, Math.max(bounds.minX, x)), y: Math.min(bounds.maxY, Math.max(bounds.minY, y)), perPx: Math.min(whole.perPx * 1.5, Math.max(nearest, perPx)) }), [bounds, whole.perPx, nearest]);
  const zoom = (by: number, about: Spot = [sight.x, sight.y]): void => {
    const next = clamp({ ...sight, perPx: sight.perPx * by });
    const kept = next.perPx / sight.perPx;
    setMoved(clamp({ ...next, x: about[0] + (sight.x - about[0]) * kept, y: about[1] + (sight.y - about[1]) * kept }));
  };
  useImperativeHandle(handle, () => ({ show: ([x, y], perPx) => setMoved(clamp({ x, y, perPx: perPx ?? sight.perPx })), whole: () => setMoved(null) }));
  const spotOf = (event: { clientX: number; clientY: number }): Spot => {
    const box = svg.current?.getBoundingClientRect();
    return [sight.x + (event.clientX - (box?.left ?? 0) - size.width / 2) * sight.perPx, sight.y + (event.clientY - (box?.top ?? 0) - size.height / 2) * sight.perPx];
  };
  useWheel(svg, (by, event) => zoom(by, spotOf(event)));
  const pull = usePull({ sight, setMoved: (next) => setMoved(clamp(next)), onPinch: (by, at) => zoom(by, spotOf(at)), ...(onPress && { onPress: (event: PointerEvent) => onPress(spotOf(event), sight.perPx, (event.target as Element).closest('[data-object]')?.getAttribute('data-object') ?? null) }) });
  const onKeyDown = (event: KeyboardEvent): void => {
    if (onKey?.(event) === true) return event.preventDefault();
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = 60 * sight.perPx;
    const steps: Record<string, () => void> = {
      ArrowLeft: () => setMoved(clamp({ ...sight, x: sight.x - step })), ArrowRight: () => setMoved(clamp({ ...sight, x: sight.x + step })), ArrowUp: () => setMoved(clamp({ ...sight, y: sight.y - step })), ArrowDown: () => setMoved(clamp({ ...sight, y: sight.y + step })),
      '+': () => zoom(1 / ZOOM), '=': () => zoom(1 / ZOOM), '-': () => zoom(ZOOM), '0': () => setMoved(null),
    };
    const does = steps[event.key];
    if (!does) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  };
  const [width, height] = [size.width * sight.perPx, size.height * sight.perPx];
  return (
    <div className={css.frame}>
      <svg
        ref={svg} className={css.canvas} data-crosshair={isCrosshair || undefined} role="group" aria-label={label} aria-roledescription={t('ui.canvas.role')} tabIndex={0}
        viewBox={`${sight.x - width / 2} ${sight.y - height / 2} ${width} ${height}`} onKeyDown={onKeyDown} {...pull}
        {...(onHover && { onPointerMove: (event: PointerEvent) => { pull.onPointerMove(event); onHover(spotOf(event)); } })}
      >
        {children(sight)}
      </svg>
      <div className={css.controls}>
        <IconButton icon="add" label={t('ui.canvas.nearer')} onClick={() => zoom(1 / ZOOM)} />
        <Button look="quiet" className={css.minus} aria-label={t('ui.canvas.further')} title={t('ui.canvas.further')} onClick={() => zoom(ZOOM)}>−</Button>
        <Button look="quiet" onClick={() => setMoved(null)}>{t('ui.canvas.whole')}</Button>
      </div>
    </div>
  );
}

/** The browser's own wheel listener is passive, and would move the page too. */
function useWheel(svg: RefObject<SVGSVGElement | null>, onZoom: (by: number, event: WheelEvent) => void): void {
  const latest = useRef(onZoom);
  useEffect(() => { latest.current = onZoom; });
  useEffect(() => {
    const element = svg.current;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      latest.current(Math.exp(Math.max(-1, Math.min(1, event.deltaY / 400))), event);
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [svg]);
}

type Pull = { sight: Sight; setMoved: (sight: Sight) => void; onPinch: (by: number, at: { clientX: number; clientY: number }) => void; onPress?: (event: PointerEvent) => void };
type Held = { x: number; y: number };

/** One finger or the mouse pulls, two pinch; what moved less than a few pixels was a press. */
function usePull({ sight, setMoved, onPinch, onPress }: Pull) {
  const fingers = useRef(new Map<number, Held>());
  const start = useRef<{ at: Held; sight: Sight; isPull: boolean } | null>(null);
  const apart = (): number => {
    const [a, b] = [...fingers.current.values()];
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
  };
  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0 || (event.target as Element).closest('[data-own]')) return;
    fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    start.current = fingers.current.size === 1 ? { at: { x: event.clientX, y: event.clientY }, sight, isPull: false } : null;
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (!fingers.current.has(event.pointerId)) return;
    const before = apart();
    fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const after = apart();
    if (before > 0 && after > 0) return onPinch(before / after, event);
    const from = start.current;
    if (!from) return;
    const [dx, dy] = [event.clientX - from.at.x, event.clientY - from.at.y];
    if (!from.isPull && Math.hypot(dx, dy) < PULL_PX) return;
    if (!from.isPull) event.currentTarget.setPointerCapture(event.pointerId);
    from.isPull = true;
    setMoved({ ...from.sight, x: from.sight.x - dx * from.sight.perPx, y: from.sight.y - dy * from.sight.perPx });
  };
  const end = (event: PointerEvent): void => {
    fingers.current.delete(event.pointerId);
    const from = start.current;
    start.current = null;
    if (from && !from.isPull && event.type === 'pointerup') onPress?.(event);
  };
  return { onPointerDown, onPointerMove, onPointerUp: end, onPointerCancel: end };
}
