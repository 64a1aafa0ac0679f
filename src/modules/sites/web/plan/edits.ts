import { v7 as uuidv7 } from 'uuid';
import type { Spot } from '#ui/canvas.tsx';
import { type Drawing, type Mark, type Portal, type Zone, zonesBeside } from '../../plan-rules.ts';

/** Centimetres are enough on a plan. */
export const rounded = ([x, y]: Spot): Spot => [Math.round(x * 100) / 100, Math.round(y * 100) / 100];

/** A name that no other has: the word with the next number. */
function numbered(word: string, taken: readonly { name: string }[]): string {
  const names = new Set(taken.map(({ name }) => name.toLowerCase()));
  for (let n = taken.length + 1; ; n++) if (!names.has(`${word} ${n}`.toLowerCase())) return `${word} ${n}`;
}

export function withZone(drawing: Drawing, ring: readonly Spot[], word: string): { drawing: Drawing; id: string } {
  const zone: Zone = { id: uuidv7(), name: numbered(word, drawing.zones), siteId: null, ring: ring.map(rounded) };
  return { drawing: { ...drawing, zones: [...drawing.zones, zone] }, id: zone.id };
}

export function withPortal(drawing: Drawing, at: Spot, word: string): { drawing: Drawing; id: string } {
  const portal: Portal = { id: uuidv7(), name: numbered(word, drawing.portals), kind: 'door', at: rounded(at), between: zonesBeside(drawing.zones, at) };
  return { drawing: { ...drawing, portals: [...drawing.portals, portal] }, id: portal.id };
}

export function withMark(drawing: Drawing, at: Spot, word: string): { drawing: Drawing; id: string } {
  const mark: Mark = { id: uuidv7(), name: numbered(word, drawing.marks), kind: 'camera', at: rounded(at), facingDeg: null, deviceId: null, sourceId: null, point: null };
  return { drawing: { ...drawing, marks: [...drawing.marks, mark] }, id: mark.id };
}

const putting = <T extends { id: string }>(list: readonly T[], item: T): T[] => list.map((one) => (one.id === item.id ? item : one));
export const putZone = (drawing: Drawing, zone: Zone): Drawing => ({ ...drawing, zones: putting(drawing.zones, zone) });
export const putPortal = (drawing: Drawing, portal: Portal): Drawing => ({ ...drawing, portals: putting(drawing.portals, portal) });
export const putMark = (drawing: Drawing, mark: Mark): Drawing => ({ ...drawing, marks: putting(drawing.marks, mark) });

/** Takes an object off the plan; ways to a zone that goes lead to nothing then, and go where both sides would be nothing. */
export function without(drawing: Drawing, id: string): Drawing {
  const side = (zone: string | null): string | null => (zone === id ? null : zone);
  return {
    zones: drawing.zones.filter((zone) => zone.id !== id),
    portals: drawing.portals.filter((portal) => portal.id !== id).map((portal) => ({ ...portal, between: [side(portal.between[0]), side(portal.between[1])] as Portal['between'] })).filter(({ between: [one, other] }) => one !== null || other !== null),
    marks: drawing.marks.filter((mark) => mark.id !== id),
    said: drawing.said.filter(({ between }) => !between.includes(id)),
  };
}

/** Moves an object, or one corner of a zone. */
export function moved(drawing: Drawing, id: string, to: Spot, corner?: number): Drawing {
  const at = rounded(to);
  const zone = drawing.zones.find((one) => one.id === id);
  if (zone) return corner === undefined ? drawing : putZone(drawing, { ...zone, ring: zone.ring.map((point, i) => (i === corner ? at : point)) });
  const portal = drawing.portals.find((one) => one.id === id);
  if (portal) return putPortal(drawing, { ...portal, at });
  const mark = drawing.marks.find((one) => one.id === id);
  return mark ? putMark(drawing, { ...mark, at }) : drawing;
}

/** Says, or takes back, that two zones are beside each other; null leaves it to the drawing. */
export function withSaid(drawing: Drawing, one: string, other: string, isAdjacent: boolean | null): Drawing {
  const rest = drawing.said.filter(({ between }) => !(between.includes(one) && between.includes(other)));
  return { ...drawing, said: isAdjacent === null ? rest : [...rest, { between: [one, other], isAdjacent }] };
}

/** Corners as text, one a line: right and down, in metres. */
export const cornersText = (ring: readonly Spot[]): string => ring.map(([x, y]) => `${x} ${y}`).join('\n');

const CORNER = /^\s*(-?\d{1,5}(?:[.,]\d{1,3})?)[\s;]+(-?\d{1,5}(?:[.,]\d{1,3})?)\s*$/;

/** Reads corners from text; null where a line is none or there are fewer than three. */
export function cornersOf(text: string): Spot[] | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '').map((line) => CORNER.exec(line));
  if (lines.length < 3 || lines.some((line) => line === null)) return null;
  return lines.map((line) => [Number(line?.[1]?.replace(',', '.')), Number(line?.[2]?.replace(',', '.'))]);
}
