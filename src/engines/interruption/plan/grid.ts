import { openGraph, type ProtectionGraph } from '../graph/graph.ts';
import { refuse, SD_OF_MEAN, type Refusal } from '../path/task.ts';

/**
 * A plan as a grid of cells, row by row: seconds to enter each cell, P_D on entering, whether it can be walked (all where absent), the element that it
 * belongs to (its own number where absent, −1 open ground). `place` is that of all sensors (0, 1, 2: B, M, E). The adversary enters at `entries`
 * (numbers of cells), or anywhere on the border.
 */
export type GridPlan = {
  width: number;
  height: number;
  delayS: ArrayLike<number>;
  detection: ArrayLike<number>;
  walkable?: ArrayLike<number>;
  element?: ArrayLike<number>;
  place?: 0 | 1 | 2;
  neighbours: 4 | 8;
  entries?: readonly number[];
  sdOfMean?: number;
};

const MOVES = [[1, 0], [0, 1], [-1, 0], [0, -1], [1, 1], [-1, 1], [-1, -1], [1, -1]] as const;

function wrongGrid(plan: GridPlan): Refusal | null {
  const { width, height } = plan;
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) return refuse('width', 'A grid has at least one row and one column.');
  for (const name of ['delayS', 'detection', 'walkable', 'element'] as const) {
    const column = plan[name];
    if (column && column.length !== width * height) return refuse(name, `The grid has ${width * height} cells, and ${column.length} values here.`);
  }
  for (const [i, entry] of (plan.entries ?? []).entries()) if (!(Number.isInteger(entry) && entry >= 0 && entry < width * height)) return refuse(`entries[${i}]`, `${entry} is no cell of the grid.`);
  return null;
}

/** Told of each arc: the cell it leaves, the cell it enters, and how much of the cell's delay it takes. */
type ArcVisitor = (from: number, to: number, factor: number) => void;

function visitSteps({ width, height, neighbours, walkable }: GridPlan, visit: ArcVisitor): void {
  const isOpen = (cell: number): boolean => !walkable || Boolean(walkable[cell]);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = y * width + x;
      if (!isOpen(cell)) continue;
      for (let m = 0; m < neighbours; m++) {
        const [dx, dy] = MOVES[m] as readonly [number, number];
        if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height || !isOpen(cell + dy * width + dx)) continue;
        if (m >= 4 && !(isOpen(cell + dx) && isOpen(cell + dy * width))) continue;
        visit(cell, cell + dy * width + dx, m < 4 ? 1 : Math.SQRT2);
      }
    }
  }
}

function visitEntries({ width, height, walkable, entries }: GridPlan, visit: ArcVisitor): void {
  const cells = width * height;
  const isBorder = (cell: number): boolean => cell % width === 0 || cell % width === width - 1 || cell < width || cell >= cells - width;
  for (const cell of entries ?? Array.from({ length: cells }, (_, i) => i).filter(isBorder)) if (!walkable || walkable[cell]) visit(cells, cell, 1);
}

/** The graph of a grid: its cells are the nodes, off-site the last. Steps across a corner take √2 of the delay, and need both cells beside the corner walkable. */
export function graphOfGrid(plan: GridPlan): { ok: true; graph: ProtectionGraph } | Refusal {
  const wrong = wrongGrid(plan);
  if (wrong) return wrong;
  const cells = plan.width * plan.height;
  const most = cells * plan.neighbours + (plan.entries?.length ?? 2 * (plan.width + plan.height));
  const columns = { from: new Int32Array(most), to: new Int32Array(most), delayS: new Float64Array(most), detection: new Float64Array(most), element: new Int32Array(most) };
  let arcs = 0;
  const add: ArcVisitor = (from, to, factor) => {
    columns.from[arcs] = from;
    columns.to[arcs] = to;
    columns.delayS[arcs] = (plan.delayS[to] as number) * factor;
    columns.detection[arcs] = plan.detection[to] as number;
    columns.element[arcs] = plan.element ? (plan.element[to] as number) : to;
    arcs++;
  };
  visitSteps(plan, add);
  visitEntries(plan, add);
  const { from, to, delayS, detection, element } = columns;
  const place = new Uint8Array(arcs).fill(plan.place ?? 0);
  const used = { from: from.subarray(0, arcs), to: to.subarray(0, arcs), delayS: delayS.subarray(0, arcs), detection: detection.subarray(0, arcs), element: element.subarray(0, arcs), place };
  return openGraph({ nodes: cells + 1, start: cells, sdOfMean: plan.sdOfMean ?? SD_OF_MEAN, arcs: used });
}
