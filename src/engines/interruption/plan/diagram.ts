import { refuse, type Refusal } from '../path/task.ts';
import { addArcs, addElement, addNode, openModel, wrongWays, type SiteModel, type Way } from './model.ts';

/** An element of a protection layer: it leads from one area to an inner one; more than one layer at a time is a jump. `exit` are the ways back out with the target (the same ways where absent). */
export type DiagramElement = { id: string; from: number; to: number; ways: readonly Way[]; exit?: readonly Way[] };

/** An adversary sequence diagram: areas from off-site (0) to the target (the last), `transit` the ways across an area, and the elements between them. */
export type Diagram = { areas: readonly { id: string; transit?: readonly Way[] }[]; elements: readonly DiagramElement[] };

/** The target of every diagram's model. */
export const DIAGRAM_TARGET = 'target';

function wrongDiagram({ areas, elements }: Diagram): Refusal | null {
  if (areas.length < 2) return refuse('areas', 'A diagram has at least an off-site area and a target.');
  for (const [i, area] of areas.entries()) {
    const wrong = area.transit ? wrongWays(area.transit, `areas[${i}].transit`) : null;
    if (wrong) return wrong;
  }
  const ids = new Set<string>();
  for (const [i, { id, from, to, ways, exit }] of elements.entries()) {
    if (ids.has(id)) return refuse(`elements[${i}].id`, `There are two elements ${id}.`);
    ids.add(id);
    if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to < areas.length)) return refuse(`elements[${i}].to`, 'An element leads from an area to an inner one.');
    const wrong = wrongWays(ways, `elements[${i}].ways`) ?? (exit ? wrongWays(exit, `elements[${i}].exit`) : null);
    if (wrong) return wrong;
  }
  return null;
}

/**
 * The model of a diagram. A sabotage path ends at the target; a theft path goes on from it out to off-site, over the elements' ways of exit and the
 * same transits. P(I) of theft may so be much higher, since detection on the way in leaves the time of the way out as well.
 */
export function modelOfDiagram(diagram: Diagram, objective: 'sabotage' | 'theft'): { ok: true; model: SiteModel } | Refusal {
  const wrong = wrongDiagram(diagram);
  if (wrong) return wrong;
  const { areas, elements } = diagram;
  const last = areas.length - 1;
  const model = openModel(0, 0);
  const transits = areas.map(({ id, transit }) => (transit ? addElement(model, { kind: 'area', id }) : -1));
  const numbers = elements.map(({ id }) => addElement(model, { kind: 'element', id }));
  // An area with a transit has two nodes: where one enters and where one leaves.
  const lay = (through: (area: number) => boolean): { enter: number; leave: number }[] =>
    areas.map(({ transit }, area) => {
      const enter = addNode(model);
      if (!transit || !through(area)) return { enter, leave: enter };
      const leave = addNode(model);
      addArcs(model, enter, leave, transits[area] as number, transit);
      return { enter, leave };
    });
  const inward = lay((area) => area > 0 && area < last);
  for (const [i, { from, to, ways }] of elements.entries()) addArcs(model, (inward[from] as { leave: number }).leave, (inward[to] as { enter: number }).enter, numbers[i] as number, ways);
  const target = inward[last] as { leave: number };
  model.targets.set(DIAGRAM_TARGET, target.leave);
  if (objective === 'sabotage') return { ok: true, model };
  const outward = lay((area) => area > 0 && area < last);
  addArcs(model, target.leave, (outward[last] as { enter: number }).enter, -1, [{ detection: 0, place: 'B', delayS: 0 }]);
  for (const [i, { from, to, ways, exit }] of elements.entries()) addArcs(model, (outward[to] as { leave: number }).leave, (outward[from] as { enter: number }).enter, numbers[i] as number, exit ?? ways);
  model.targets.set(DIAGRAM_TARGET, (outward[0] as { enter: number }).enter);
  return { ok: true, model };
}

/** A diagram of plain layers: all elements of the k-th list lead from area k to area k + 1. */
export const diagramOfLayers = (layers: readonly (readonly { id: string; ways: readonly Way[] }[])[]): Diagram => ({
  areas: Array.from({ length: layers.length + 1 }, (_, i) => ({ id: i === 0 ? 'off-site' : i === layers.length ? DIAGRAM_TARGET : `area ${i}` })),
  elements: layers.flatMap((layer, from) => layer.map((element) => ({ ...element, from, to: from + 1 }))),
});
