import { describe, expect, test } from 'vitest';
import type { Response } from '#engines/interruption/path/task.ts';
import { type Asked, findingsOf, type Floor, NOTHING_SAID, responseOf, shownBy } from './path-rules.ts';
import { answerOf, cheapestTo, whyMoved } from './study-rules.ts';
import { aDrawing, figuresOf } from './testing.ts';

const [HALL, DOOR, SAFE, LOW, HIGH] = ['hall', 'door', 'safe', 'beam', 'vibration'];
/** The vector by which EASI is not monotone in detection: 30 s (SD 60) at the door, then 120 s (SD 5) at the safe. */
const vector = (first: number): Asked => ({
  floor: { zones: [{ id: HALL, name: 'Hall', ring: [[0, 0], [10, 0], [10, 10], [0, 10]] }], portals: [{ id: DOOR, name: 'Door', kind: 'door', at: [0, 5], between: [null, HALL] }], marks: [{ id: LOW, name: 'Beam', kind: 'contact', at: [0, 5], facingDeg: null }, { id: HIGH, name: 'Vibration', kind: 'other', at: [0, 5], facingDeg: null }] },
  protection: {
    ...NOTHING_SAID, elements: [{ id: DOOR, isNoEntry: false, delays: [{ by: 'none', meanS: 30, sdS: 60 }] }],
    sensors: [{ id: LOW, covers: null, stealth: first, force: first, deceit: first, place: 'B', evidence: null }, { id: HIGH, covers: SAFE, stealth: 0.9, force: 0.9, deceit: 0.9, place: 'B', evidence: null }],
    measures: [{ id: 'm1', name: 'Slower door', elementId: DOOR, delayS: 300, detection: null, costMinor: 5000, currency: 'EUR', days: null }, { id: 'm2', name: 'Vault', elementId: SAFE, delayS: 200, detection: null, costMinor: 9000, currency: 'EUR', days: null }, { id: 'm3', name: 'Better beam', elementId: LOW, delayS: null, detection: 0.9, costMinor: 100, currency: 'EUR', days: null }],
  },
  asset: { id: SAFE, name: 'Safe', zoneId: HALL, at: [0, 5], delays: [{ by: 'none', meanS: 120, sdS: 5 }] }, threat: { strategy: 'force', tools: [] }, states: [], changes: [], measures: [],
});
const RESPONSE: Response = { timeS: 100, timeSdS: 10, communication: 0.95 };
const path = (asked: Asked, response = RESPONSE) => { const answer = answerOf(asked, response); if (!answer.ok) throw new Error(answer.reason); return answer.path; };

describe('a floor that is studied', () => {
  test('P(I) falls from 0.8235 to 0.7609 where the first detection is raised (issue 7), and the fall is explained', () => {
    const [before, after] = [path(vector(0)), path({ ...vector(0), changes: [{ id: LOW, delayS: null, detection: 0.9 }] })];
    expect([before.easi, after.easi]).toEqual([expect.closeTo(0.8235, 4), expect.closeTo(0.7609, 4)]);
    const why = whyMoved(before, after, RESPONSE);
    expect(why).toMatchObject({ kind: 'displaced' });
    expect(why.kind === 'displaced' && [after.steps[why.at]?.element?.id, after.steps[why.from]?.element?.id, why.inTimeAt < why.inTimeFrom]).toEqual([DOOR, SAFE, true]);
  });

  test('a measure, a change and a dead sensor act on the element that they are at; the cheapest measures to a floor are proven for one strategy', () => {
    const dead = path({ ...vector(0.5), states: [{ id: HIGH, state: 'dead', since: null }] });
    expect(dead.steps.map(({ detection }) => detection)).toEqual([0.5, 0]);
    const slower = path({ ...vector(0.5), changes: [{ id: DOOR, delayS: 100, detection: null }] });
    expect(slower.steps[0]).toMatchObject({ delayS: 100, delaySdS: 200 });
    expect(cheapestTo(vector(0), RESPONSE, 0.8)).toMatchObject({ ok: true, chosen: [], cost: 0 });
    expect(cheapestTo(vector(0), RESPONSE, 0.85)).toMatchObject({ ok: true, chosen: [{ id: 'm2' }], proven: true });
    expect(cheapestTo({ ...vector(0), threat: { strategy: 'mixed', tools: [] } }, RESPONSE, 0.85)).toMatchObject({ ok: true, proven: false });
    expect(cheapestTo(vector(0), RESPONSE, 0.96)).toMatchObject({ ok: false, at: 'floor' });
  });

  test('who carries no tool that opens a door does not get past it, and there is no path; a held door is no hindrance and its contact is blind', () => {
    const drawing = aDrawing();
    const floor: Floor = drawing;
    const asset = { id: 'safe', name: 'Safe', zoneId: drawing.zones[2]?.id ?? '', at: [45, 10] as const, delays: [{ by: 'none' as const, meanS: 30, sdS: null }] };
    const asked: Asked = { floor, protection: figuresOf(drawing), asset, threat: { strategy: 'force', tools: [] }, states: [], changes: [], measures: [] };
    expect(answerOf(asked, RESPONSE)).toMatchObject({ ok: false, at: 'target' });
    const withTools = path({ ...asked, threat: { strategy: 'force', tools: ['hand'] } });
    expect(withTools.steps.filter(({ element }) => element?.kind === 'portal').map(({ delayS }) => delayS)).toEqual([20, 60, 60]);
    expect(path({ ...asked, threat: { strategy: 'force', tools: ['hand', 'power'] } }).steps[0]).toMatchObject({ delayS: 10 });
    const door = drawing.portals[1]?.id ?? '';
    const held = path({ ...asked, threat: { strategy: 'force', tools: ['hand'] }, states: [{ id: door, state: 'held', since: null }] });
    expect(held.steps.find(({ element }) => element?.id === door)).toMatchObject({ delayS: 0, detection: 0 });
    expect(held.easi).toBeLessThan(withTools.easi);
  });

  test('what is missing is named: rooms that nobody reaches, ways without a delay, sensors without figures, detection above its evidence', () => {
    const drawing = aDrawing();
    const [gate, door, last] = drawing.portals;
    const [contact, camera] = drawing.marks;
    const figures = figuresOf(drawing);
    const shown = { ...figures, elements: figures.elements.filter(({ id }) => id !== door?.id), sensors: figures.sensors.slice(0, 1).map((sensor) => ({ ...sensor, evidence: { detected: 29, trials: 30, testedOn: '2026-05-01', note: '' } })) };
    const found = findingsOf(drawing, shown, null, [drawing.zones[2]?.id ?? '']);
    expect(found.map(({ rule, name }) => [rule, name])).toEqual([['unreached', 'Safe room'], ['no-delay', 'Hall door'], ['above-evidence', 'Hall door contact'], ['no-detection', 'Hall camera']]);
    expect([contact, camera, gate, last].every(Boolean)).toBe(true);
    expect(findingsOf({ ...drawing, portals: drawing.portals.slice(1) }, figures, null, []).map(({ rule }) => rule)).toContain('no-entry');
    expect(shownBy({ detected: 29, trials: 29, testedOn: '', note: '' })).toBeCloseTo(0.9019, 4);
  });

  test('measured response times stand from 20 samples on; before that the assumption does, and says so', () => {
    const assumed = { timeS: 300, timeSdS: 90, communication: 0.9, basis: '' };
    const samples = Array.from({ length: 20 }, (_, i) => 100 + i);
    expect(responseOf(assumed, samples.slice(1))).toMatchObject({ isMeasured: false, samples: 19, response: { timeS: 300 } });
    expect(responseOf(assumed, samples)).toMatchObject({ isMeasured: true, response: { timeS: 109.5, timeSdS: expect.closeTo(Math.sqrt(35), 9) as number, communication: 0.9 } });
  });
});
