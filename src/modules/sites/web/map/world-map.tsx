import { type KeyboardEvent, type RefObject, useMemo } from 'react';
import { type Priority, PriorityShape } from '#ui/priority.tsx';
import { t } from '../messages.en.ts';
import { Canvas, type CanvasHandle } from '#ui/canvas.tsx';
import live from '../plan/live.module.css';
import type { Placed } from './map.page.tsx';
import { type Cluster, clustered, WORLD } from './projection.ts';
import { borderPath, landPath } from './world.ts';
import css from './world-map.module.css';

/** The land is drawn at 1:110 million: nearer it would only be coarse. Degrees of longitude a pixel. */
const NEAREST = 0.002;
const TOGETHER_PX = 30;

type WorldMapProps = { placed: readonly Placed[]; chosenId: string | undefined; onSite: (id: string) => void; handle: RefObject<CanvasHandle | null> };

/** The world with the sites and their open alarms; nothing is fetched from elsewhere. */
export function WorldMap({ placed, chosenId, onSite, handle }: WorldMapProps) {
  const [land, borders] = useMemo(() => [landPath(), borderPath()], []);
  const bounds = useMemo(() => around(placed), [placed]);
  return (
    <Canvas label={t('map.canvas')} bounds={bounds} nearest={NEAREST} handle={handle}>
      {({ perPx }) => (
        <>
          <path className={css.land} d={land} />
          <path className={css.border} d={borders} strokeWidth={0.7 * perPx} />
          {clustered(placed, TOGETHER_PX * perPx).map((cluster) => <Sites key={cluster.items[0]?.site.id} cluster={cluster} px={perPx} chosenId={chosenId} onPress={() => (cluster.items.length === 1 && cluster.items[0] ? onSite(cluster.items[0].site.id) : handle.current?.show(cluster.at, perPx / 3))} />)}
        </>
      )}
    </Canvas>
  );
}

/** The sites with room about them, at least a continent; all the world where they are all over it. */
function around(placed: readonly Placed[]): { minX: number; minY: number; maxX: number; maxY: number } {
  const [xs, ys] = [placed.map(({ at }) => at[0]), placed.map(({ at }) => at[1])];
  const room = (values: readonly number[], least: number): [number, number] => {
    const [min, max] = [Math.min(...values), Math.max(...values)];
    const half = Math.max(least, (max - min) * 0.62);
    return [(min + max) / 2 - half, (min + max) / 2 + half];
  };
  const [[minX, maxX], [minY, maxY]] = [room(xs, 18), room(ys, 12)];
  return { minX: Math.max(WORLD.minX, minX), maxX: Math.min(WORLD.maxX, maxX), minY: Math.max(WORLD.minY, minY), maxY: Math.min(WORLD.maxY, maxY) };
}

function Sites({ cluster: { at: [x, y], items }, px, chosenId, onPress }: { cluster: Cluster<Placed>; px: number; chosenId: string | undefined; onPress: () => void }) {
  const alarms = items.flatMap((item) => item.alarms);
  const priority = (alarms.length === 0 ? null : Math.min(...alarms.map((alarm) => alarm.priority))) as Priority | null;
  const isUntaken = alarms.some((alarm) => alarm.handling === 'unacknowledged' && alarm.priority <= 2 && alarm.priority === priority);
  const name = items.length === 1 ? (items[0]?.site.name ?? '') : t('map.several', { n: items.length });
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    onPress();
  };
  const isSeveral = items.length > 1;
  return (
    <g transform={`translate(${x} ${y}) scale(${px})`}>
      <g data-own role="button" tabIndex={0} className={css.site} aria-label={alarms.length > 0 ? t('map.site.alarms', { name, n: alarms.length, priority: priority ?? 0 }) : name} onClick={onPress} onKeyDown={onKey}>
        <circle className={css.room} r={14} />
        {isUntaken && <><circle className={`ring ${live.ring}`} data-priority={priority} r={13} /><circle className={live.still} data-priority={priority} r={17} /></>}
        {items.some(({ site }) => site.id === chosenId) && <circle className={live.shown} r={20} />}
        {priority === null ? <circle className={css.dot} r={isSeveral ? 10 : 6} /> : <g transform="translate(-11 -11)" aria-hidden="true"><PriorityShape priority={priority} size={22} /></g>}
      </g>
      <g aria-hidden="true" pointerEvents="none">
        {isSeveral && <text className={priority === null ? css.inside : live.count} x={priority === null ? 0 : 15} y={priority === null ? 4 : -9}>{items.length}</text>}
        {!isSeveral && <text className={css.name} y={24}>{name}</text>}
      </g>
    </g>
  );
}
