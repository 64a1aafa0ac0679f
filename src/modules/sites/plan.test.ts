import { crc32 } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import sharp from 'sharp';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { aDataFolder, attach } from '#platform/files/testing.ts';
import files from '#platform/files/module.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Site } from './contract.ts';
import sites from './module.ts';
import type { Plan } from './plan-contract.ts';
import type { Drawing, Mark, Zone } from './plan-rules.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let chief: Somebody;
let operator: Somebody;
let stranger: Somebody;
let floor: Site;
let building: Site;
const folder = aDataFolder();

const send = (method: 'GET' | 'POST' | 'PUT', url: string, who: Somebody, payload?: object, headers: Record<string, string> = {}) => app.inject({ method, url: `/api/sites${url}`, ...(payload && { payload }), headers: { ...who.headers, ...headers } });
const add = async (payload: object): Promise<Site> => (await send('POST', '', chief, payload)).json();
let n = 0;
const aFloor = (): Promise<Site> => add({ code: `F-${++n}`, name: `Level ${n}`, kind: 'floor', parentId: building.id });
const give = async (to: Site, name: string, bytes: Buffer) => send('POST', `/${to.id}/plan`, chief, { fileId: (await attach(app, chief, { recordId: to.id, name, bytes })).id });
const picture = (width = 800, height = 400): Promise<Buffer> => sharp({ create: { width, height, channels: 3, background: '#fff' } }).png().toBuffer();
const planOf = async (site: Site, who = chief): Promise<Plan> => (await send('GET', `/${site.id}/plan`, who)).json().plan;

const zone = (name: string, x: number, y: number, width = 10, height = 10): Zone => ({ id: uuidv7(), name, siteId: null, ring: [[x, y], [x + width, y], [x + width, y + height], [x, y + height]] });
const mark = (name: string, x: number, y: number, point: string | null = null): Mark => ({ id: uuidv7(), name, kind: 'contact', at: [x, y], facingDeg: null, deviceId: null, sourceId: null, point });
const save = (site: Site, drawing: Partial<Drawing>, version: number, who = chief) => send('PUT', `/${site.id}/plan/drawing`, who, { zones: [], portals: [], marks: [], said: [], ...drawing }, { 'if-match': `"${version}"` });

/** The same PNG with a head that claims so many pixels a side. */
function sized(png: Buffer, side: number): Buffer {
  const claimed = Buffer.from(png);
  claimed.writeUInt32BE(side, 16);
  claimed.writeUInt32BE(side, 20);
  claimed.writeUInt32BE(crc32(claimed.subarray(12, 29)), 29);
  return claimed;
}

const PDF = `%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]/Contents 4 0 R/Resources<<>>>>endobj\n4 0 obj<</Length 40>>stream\n10 w 50 50 700 450 re S\nendstream endobj\ntrailer<</Root 1 0 R>>`;
const SHAPES = (ring: number[][]) => JSON.stringify({ type: 'FeatureCollection', features: [
  { type: 'Feature', feature_type: 'level', properties: {}, geometry: { type: 'Polygon', coordinates: [[[5, 52], [5.0006, 52], [5.0006, 52.0003], [5, 52.0003], [5, 52]]] } },
  { type: 'Feature', feature_type: 'unit', properties: { name: { en: 'Lobby' } }, geometry: { type: 'Polygon', coordinates: [ring] } },
  { type: 'Feature', feature_type: 'unit', properties: { name: { en: 'Vault' } }, geometry: { type: 'Polygon', coordinates: [[[5.0002, 52], [5.0004, 52], [5.0004, 52.0001], [5.0002, 52.0001], [5.0002, 52]]] } },
  { type: 'Feature', feature_type: 'opening', properties: {}, geometry: { type: 'LineString', coordinates: [[5.0002, 52.00003], [5.0002, 52.00004]] } },
] });
const LOBBY = [[5, 52], [5.0002, 52], [5.0002, 52.0001], [5, 52.0001], [5, 52]];

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [sites, files] });
  chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  const site = await add({ code: 'UTR', name: 'Halden House', kind: 'site', timeZone: 'Europe/Amsterdam', latitude: 52, longitude: 5 });
  const other = await add({ code: 'CRK', name: 'Cork', kind: 'site', timeZone: 'Europe/Dublin' });
  building = await add({ code: 'UTR-A', name: 'Building A', kind: 'building', parentId: site.id });
  floor = await aFloor();
  operator = await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator', siteId: site.id });
  stranger = await aPerson(fresh, 'Stan Stranger', { role: 'gsoc-operator', siteId: other.id });
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
  folder.remove();
});

describe('a plan', () => {
  test('is a picture of the file drawn anew, with a scale from two points, and is seen by whoever sees the floor', async () => {
    expect((await send('GET', `/${floor.id}/plan`, chief)).json()).toEqual({ plan: null });
    const set = await give(floor, 'Level 1.png', await picture());
    expect([set.statusCode, set.json()]).toMatchObject([200, { source: 'picture', widthPx: 800, heightPx: 400, metresPerPx: null, version: 1 }]);
    const early = await save(floor, {}, 1);
    expect([early.statusCode, early.json().type]).toEqual([422, 'urn:problem:sites.no_scale']);
    const scaled = await send('POST', `/${floor.id}/plan/scale`, chief, { from: [0, 0], to: [300, 400], lengthM: 25 });
    expect(scaled.json()).toMatchObject({ metresPerPx: 0.05, version: 2 });
    const shown = await send('GET', `/${floor.id}/plan/picture`, operator);
    expect([shown.statusCode, shown.headers['content-type'], (await sharp(shown.rawPayload).metadata()).format]).toEqual([200, 'image/webp', 'webp']);
    for (const url of [`/${floor.id}/plan`, `/${floor.id}/plan/picture`]) expect((await send('GET', url, stranger)).statusCode).toBe(404);
    expect((await send('POST', `/${floor.id}/plan/scale`, operator, { from: [0, 0], to: [300, 400], lengthM: 25 })).statusCode).toBe(403);
  });

  test('keeps scale and drawing under a newer file of the same proportions, and what is drawn goes with a mended scale', async () => {
    const own = await aFloor();
    await give(own, 'a.png', await picture());
    await send('POST', `/${own.id}/plan/scale`, chief, { from: [0, 0], to: [100, 0], lengthM: 10 });
    await save(own, { zones: [zone('Hall', 1, 1)] }, 2);
    const newer = await give(own, 'b.png', await picture(1600, 800));
    expect(newer.json()).toMatchObject({ metresPerPx: 0.05, drawing: { zones: [{ name: 'Hall', ring: [[1, 1], [11, 1], [11, 11], [1, 11]] }] } });
    await send('POST', `/${own.id}/plan/scale`, chief, { from: [0, 0], to: [100, 0], lengthM: 10 });
    expect((await planOf(own)).drawing.zones[0]?.ring[1]).toEqual([22, 2]);
  });

  test('may be the first page of a PDF, whose scripts are not run, or GeoJSON with the words of IMDF, which brings zones, portals and its place', async () => {
    const [page, shaped] = [await aFloor(), await aFloor()];
    expect((await give(page, 'plan.pdf', Buffer.from(PDF))).json()).toMatchObject({ source: 'picture', widthPx: 4096, heightPx: 2894 });
    const plan = (await give(shaped, 'level.geojson', Buffer.from(SHAPES(LOBBY)))).json<Plan>();
    const names = new Map(plan.drawing.zones.map(({ id, name }) => [id, name]));
    expect([plan.source, [...names.values()], plan.outline.length, plan.drawing.portals.map(({ between }) => between.map((id) => names.get(id ?? '')).sort())]).toEqual(['shapes', ['Lobby', 'Vault'], 1, [['Lobby', 'Vault']]]);
    expect(plan.adjacent.map(({ by }) => by)).toEqual(['portal']);
    expect(plan.georeference?.rmsM).toBeLessThan(0.01);
    expect(plan.drawing.zones[0]?.ring[1]?.[0]).toBeCloseTo(1 + 0.0002 * 68_670, 0);
  });

  test('is placed on the globe by points, with what is left over at each', async () => {
    const own = await aFloor();
    await give(own, 'a.png', await picture());
    await send('POST', `/${own.id}/plan/scale`, chief, { from: [0, 0], to: [100, 0], lengthM: 10 });
    const line = await send('POST', `/${own.id}/plan/georeference`, chief, { points: [{ at: [0, 0], longitude: 5, latitude: 52 }, { at: [0, 0], longitude: 5, latitude: 52 }] });
    expect([line.statusCode, line.json().errors[0].pointer]).toEqual([422, '/points']);
    const placed = await send('POST', `/${own.id}/plan/georeference`, chief, { points: [{ at: [0, 0], longitude: 5, latitude: 52 }, { at: [80, 0], longitude: 5.00117, latitude: 52 }, { at: [0, 40], longitude: 5, latitude: 51.99964 }, { at: [80, 40], longitude: 5.0012, latitude: 51.99964 }] });
    expect(placed.json().georeference).toMatchObject({ residualsM: [expect.any(Number), expect.any(Number), expect.any(Number), expect.any(Number)] });
    expect(placed.json().georeference.rmsM).toBeCloseTo(0.5, 0);
  });

  test.each<[string, string, () => Promise<Buffer> | Buffer]>([
    ['an SVG with a script', 'plan_svg', () => Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
    ['a PDF that is cut', 'plan_not_drawn', () => Buffer.from(PDF.slice(0, 150))],
      ['a picture of 400 megapixels', 'plan_not_drawn', async () => sized(await picture(64, 64), 20_000)],
      ['no picture at all', 'plan_kind', () => Buffer.from('hello')],
    ['shapes that cross themselves', 'plan_shapes', () => Buffer.from(SHAPES([[5, 52], [5.0002, 52.0001], [5.0002, 52], [5, 52.0001], [5, 52]]))],
    ['shapes in another projection', 'plan_shapes', () => Buffer.from(SHAPES([[500_000, 5_000_000], [500_010, 5_000_000], [500_010, 5_000_010]]))],
    ['JSON so deep that no parser takes it', 'plan_shapes', () => Buffer.from(`{"type":${'['.repeat(200_000)}`)],
  ])('is refused clearly: %s', async (_what, code, make) => {
    const refused = await give(floor, 'plan', await make());
    expect([refused.statusCode, refused.json().type]).toEqual([422, `urn:problem:sites.${code}`]);
    expect((await planOf(floor)).source).toBe('picture');
  });

  test('is of a floor only, of a file that hangs there', async () => {
    expect((await give(building, 'a.png', await picture())).json().type).toBe('urn:problem:sites.not_a_floor');
    const elsewhere = await attach(app, chief, { recordId: building.id, name: 'a.png', bytes: await picture() });
    expect((await send('POST', `/${floor.id}/plan`, chief, { fileId: elsewhere.id })).json().type).toBe('urn:problem:sites.plan_elsewhere');
  });
});

describe('what is drawn', () => {
  test('is saved whole against its version, with which zones are beside each other, and found again from a device, a zone or the floor', async () => {
    const own = await aFloor();
    const room = await add({ code: 'VAULT', name: 'Vault', kind: 'room', parentId: own.id });
    await give(own, 'a.png', await picture());
    await send('POST', `/${own.id}/plan/scale`, chief, { from: [0, 0], to: [100, 0], lengthM: 10 });
    const [hall, vault, yard] = [zone('Hall', 0, 0), { ...zone('Vault', 10.2, 0), siteId: room.id }, zone('Yard', 40, 20)];
    const [source] = (await fresh.owner.query<{ id: string }>(`insert into platform.record (id, kind, title, state, site_id, read_permission, at) select uuidv7(), 'signals.source', 'Panel', 'active', id, 'signals:read', now() from sites.site where id = $1 returning id`, [own.id])).rows;
    const door = { id: uuidv7(), name: 'Vault door', kind: 'door' as const, at: [10, 5] as [number, number], between: [hall.id, vault.id] as [string, string] };
    const contact = { ...mark('Vault contact', 12, 5, '007'), sourceId: source?.id ?? '' };
    const saved = await save(own, { zones: [hall, vault, yard], portals: [door], marks: [contact], said: [{ between: [hall.id, yard.id], isAdjacent: true }] }, 2);
    expect([saved.statusCode, saved.json().adjacent.map(({ by }: { by: string }) => by).sort()]).toEqual([200, ['portal', 'said']]);
    expect((await save(own, {}, 2)).statusCode).toBe(412);
    const place = async (query: string, who = operator) => (await send('GET', `/places?${query}`, who)).json().items.map(({ by, name }: { by: string; name: string }) => [by, name]);
    expect(await place(`sourceId=${source?.id}&point=007`)).toEqual([['device', 'Vault contact']]);
    expect(await place(`siteId=${room.id}`)).toEqual([['zone', 'Vault']]);
    expect(await place(`siteId=${own.id}`)).toEqual([['floor', own.name]]);
    expect(await place(`siteId=${own.id}`, stranger)).toEqual([]);
  });

  test('is refused where it does not hold: an area that crosses itself, a door in the open, a name twice, what stands off the plan or is not there', async () => {
    const hall = zone('Hall', 0, 0);
    const { version } = await planOf(floor);
    const wrong: [Partial<Drawing>, string][] = [
      [{ zones: [{ ...hall, ring: [[0, 0], [5, 5], [5, 0], [0, 5]] }] }, '“Hall” crosses itself.'],
      [{ zones: [hall, zone('hall', 12, 0)] }, '“hall” has the name of another.'],
      [{ zones: [hall], portals: [{ id: uuidv7(), name: 'Gate', kind: 'gate', at: [5, 5], between: [hall.id, null] }] }, '“Gate” stands more than 1.5 m from the wall of a zone that it leads to.'],
      [{ marks: [mark('Camera', 41, 1)] }, '“Camera” is not on the plan.'],
    ];
    for (const [drawing, detail] of wrong) expect((await save(floor, drawing, version)).json().errors[0].detail).toBe(detail);
    expect((await save(floor, { zones: [{ ...hall, siteId: building.id }] }, version)).json().type).toBe('urn:problem:sites.zone_elsewhere');
    expect((await save(floor, { marks: [{ ...mark('Camera', 1, 1), deviceId: uuidv7() }] }, version)).statusCode).toBe(403);
    expect((await save(floor, {}, version, operator)).statusCode).toBe(403);
  });
});

test('the map has the sites that the reader sees, with where they are and which have a plan', async () => {
  const { items, isCut } = (await send('GET', '/map', operator)).json();
  expect([isCut, items.find(({ code }: { code: string }) => code === 'UTR'), items.find(({ id }: { id: string }) => id === floor.id).hasPlan, items.some(({ code }: { code: string }) => code === 'CRK')]).toMatchObject([false, { latitude: 52, hasPlan: false }, true, false]);
});
