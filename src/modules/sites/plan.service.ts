import { type RawBuilder, sql } from 'kysely';
import { fitGeoreference, type ControlPoint } from '#engines/floor/plane.ts';
import { CONTAINED, openFile } from '#platform/files/files.service.ts';
import { attachFile } from '#platform/files/uploads.service.ts';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { toProblem } from '#platform/kernel/db/pool.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import type * as contract from './plan-contract.ts';
import type { Georeferenced, Plan } from './plan-contract.ts';
import { openPlanFile, type PlanFile } from './plan-file.ts';
import { type Drawing, type DrawingFault, extentOf, faultsOf, NOTHING_DRAWN, pairsOf, rescaled } from './plan-rules.ts';
import { type SitesTx, sites } from './sites.service.ts';
import type { Json } from './tables.gen.ts';

const READ = 'sites:read';
const WRITE = 'sites:write';
/** A picture of these proportions is a newer one of the same plan, and keeps scale and drawing. */
const SAME_SHAPE = 0.005;

const json = (value: unknown): RawBuilder<Json> => sql<Json>`${JSON.stringify(value)}::jsonb`;
const refuse = (code: string, detail: string, pointer = ''): Problem => new Problem('refused', `sites.${code}`, detail, pointer ? { errors: [{ pointer, detail }] } : {});

type Row = Omit<Plan, 'hasPicture' | 'adjacent'> & { pictureId: string | null };
type Db = Pick<SitesTx, 'selectFrom'>;

async function rowOf(db: Db, floorId: string): Promise<Row | undefined> {
  const row = await db.selectFrom('sites.plan').select(['floorId', 'source', 'fileId', 'pictureId', 'widthPx', 'heightPx', 'metresPerPx', 'georeference', 'outline', 'drawing', 'changedAt', 'version']).where('floorId', '=', floorId).executeTakeFirst();
  return row as Row | undefined;
}

const planOf = ({ pictureId, ...row }: Row): Plan => ({ ...row, hasPicture: pictureId !== null, adjacent: pairsOf(row.drawing).map(({ between: [one, other], by }) => ({ between: [one, other], by })) });

async function floorOf(db: Db, id: string) {
  const floor = await db.selectFrom('sites.site').select(['kind', 'state', sql<boolean>`access.may_at(id, null, ${WRITE})`.as('isMine')]).where('id', '=', id).executeTakeFirst();
  if (!floor) throw notFound();
  return floor;
}

/** The floor, where its plan is this person's to change. */
async function ownFloor(db: Db, id: string) {
  const floor = await floorOf(db, id);
  if (!floor.isMine) throw notAllowed(WRITE);
  return floor;
}

export async function readPlan(ctx: Ctx, { id }: Input<typeof contract.readPlan>): Promise<Reply<typeof contract.readPlan>> {
  const db = sites.read(ctx, READ);
  const row = await rowOf(db, id);
  if (!row) await floorOf(db, id);
  return { plan: row ? planOf(row) : null };
}

export async function showPicture(ctx: Ctx, { id }: Input<typeof contract.showPicture>, { reply }: Exchange): Promise<void> {
  const db = sites.read(ctx, READ);
  const row = await rowOf(db, id);
  if (!row) {
    await floorOf(db, id);
    throw noPlan();
  }
  if (row.pictureId === null) throw refuse('no_picture', 'This plan is made of shapes and has no picture.');
  const { file, bytes } = await openFile(ctx, row.pictureId, READ);
  void reply.headers({ ...CONTAINED, 'content-type': 'image/webp', 'content-disposition': 'inline', 'content-length': file.size, 'cache-control': 'private, no-cache', etag: `"${row.pictureId}"` }).send(bytes);
}

/** What the ledger and the live line are told: of the floor, with what changed. */
const changeOf = (verb: string, before: Partial<Row> | null, after: { floorId: string } & Record<string, unknown>): Change<{ id: string }> => ({
  verb, before: before as Change<{ id: string }>['before'], after: { id: after.floorId, ...after }, of: { recordId: after.floorId, siteId: after.floorId, wallId: null, readPermission: READ },
});

const changedMeanwhile = (): Problem => new Problem('stale', 'sites.plan_changed_meanwhile', 'Somebody changed this plan since you read it. Look at it again, then change it.');

/** Brings the plan from `before` to `values`; who lost a race is told, and who may only look is refused. */
async function update(tx: SitesTx, before: Row, values: Partial<Omit<Row, 'floorId' | 'version'>>): Promise<Row> {
  const { georeference, outline, drawing, ...plain } = values;
  const set = { ...plain, ...(georeference !== undefined && { georeference: georeference === null ? null : json(georeference) }), ...(outline && { outline: json(outline) }), ...(drawing && { drawing: json(drawing) }), changedAt: sql<string>`now()`, version: before.version + 1 };
  const updated = await tx.updateTable('sites.plan').set(set).where('floorId', '=', before.floorId).where('version', '=', before.version).executeTakeFirst();
  const after = await rowOf(tx, before.floorId);
  if (!after) throw notFound();
  if (updated.numUpdatedRows === 0n) throw after.version === before.version ? notAllowed(WRITE) : changedMeanwhile();
  return after;
}

const noPlan = (): Problem => refuse('no_plan', 'This floor has no plan yet. Give it one first.');

async function toBeChanged(ctx: Ctx, tx: SitesTx, id: string): Promise<Row> {
  await ownFloor(tx, id);
  const before = await rowOf(tx, id);
  if (!before) throw noPlan();
  if (ctx.ifMatch !== undefined && ctx.ifMatch !== before.version) throw changedMeanwhile();
  return before;
}

export async function setPlan(ctx: Ctx, { id, fileId }: Input<typeof contract.setPlan>): Promise<Plan> {
  const floor = await ownFloor(sites.read(ctx, READ), id);
  if (floor.kind !== 'floor') throw refuse('not_a_floor', 'Only a floor has a plan. Add the floor below its building.');
  if (floor.state === 'closed') throw refuse('closed_floor', 'This floor is closed.');
  const file = await openPlanFile(ctx, id, fileId);
  return sites.writeMany(ctx, WRITE, async (tx) => {
    const before = await rowOf(tx, id);
    if (before && ctx.ifMatch !== undefined && ctx.ifMatch !== before.version) throw changedMeanwhile();
    const pictureId = file.source === 'picture' ? (await attachFile(ctx, { recordId: id, name: `${file.name.slice(0, 200)} (plan).webp`, size: file.picture.length, bytes: once(file.picture) })).id : null;
    const values = valuesOf(before, file, fileId, pictureId);
    if (!before) await tx.insertInto('sites.plan').values({ floorId: id, ...values, georeference: values.georeference === null ? null : json(values.georeference), outline: json(values.outline), drawing: json(values.drawing) }).execute().catch((error: unknown) => { throw (error as { code?: string }).code === '23505' ? changedMeanwhile() : error; });
    const after = before ? await update(tx, before, values) : await rowOf(tx, id);
    if (!after) throw notFound();
    return { changes: [changeOf(before ? 'plan-replaced' : 'plan-set', before ? { fileId: before.fileId, metresPerPx: before.metresPerPx } : null, { floorId: id, fileId, pictureId, source: after.source, metresPerPx: after.metresPerPx, drawing: after.drawing })], result: planOf(after) };
  });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

type Values = Pick<Row, 'source' | 'fileId' | 'pictureId' | 'widthPx' | 'heightPx' | 'metresPerPx' | 'georeference' | 'outline' | 'drawing'>;

/** A newer file of the same proportions keeps scale and drawing; of others, the drawing waits in metres for a new scale. Shapes bring their own drawing where nothing was drawn. */
function valuesOf(before: Row | undefined, file: PlanFile, fileId: string, pictureId: string | null): Values {
  const drawing = before?.drawing ?? NOTHING_DRAWN;
  if (file.source === 'shapes') {
    const isEmpty = drawing.zones.length + drawing.portals.length + drawing.marks.length === 0;
    return { source: 'shapes', fileId, pictureId: null, widthPx: null, heightPx: null, metresPerPx: null, georeference: georeferenceOf(file.points), outline: file.outline, drawing: isEmpty ? file.drawing : drawing };
  }
  const { widthPx, heightPx } = file;
  const isSame = before?.source === 'picture' && before.widthPx !== null && before.heightPx !== null && Math.abs((widthPx / heightPx) / (before.widthPx / before.heightPx) - 1) < SAME_SHAPE;
  const metresPerPx = isSame && before.metresPerPx !== null && before.widthPx !== null ? (before.metresPerPx * before.widthPx) / widthPx : null;
  return { source: 'picture', fileId, pictureId, widthPx, heightPx, metresPerPx, georeference: isSame ? before.georeference : null, outline: [], drawing };
}

function georeferenceOf(points: readonly ControlPoint[]): Georeferenced {
  const fit = fitGeoreference(points);
  if (!fit.ok) throw refuse('georeference', fit.reason, '/points');
  const { anchor, matrix: [[a, b, c], [d, e, f]] } = fit.georeference;
  return { points: points.map(({ at: [x, y], longitude, latitude }) => ({ at: [x, y], longitude, latitude })), residualsM: fit.residualsM, rmsM: fit.rmsM, map: { anchor, matrix: [[a, b, c], [d, e, f]] } };
}

export async function setScale(ctx: Ctx, { id, from, to, lengthM }: Input<typeof contract.setScale>): Promise<Plan> {
  return sites.writeMany(ctx, WRITE, async (tx) => {
    const before = await toBeChanged(ctx, tx, id);
    if (before.source !== 'picture') throw refuse('scale_known', 'These shapes are in metres already.');
    const pixels = Math.hypot(to[0] - from[0], to[1] - from[1]);
    if (pixels < 10) throw refuse('scale_too_short', 'Choose two points that are further apart.', '/to');
    const metresPerPx = lengthM / pixels;
    const by = before.metresPerPx === null ? 1 : metresPerPx / before.metresPerPx;
    const points = before.georeference?.points.map(({ at: [x, y], ...rest }) => ({ at: [x * by, y * by] as [number, number], ...rest }));
    const after = await update(tx, before, { metresPerPx, drawing: rescaled(before.drawing, by), georeference: points ? georeferenceOf(points) : null });
    return { changes: [changeOf('plan-scaled', { metresPerPx: before.metresPerPx }, { floorId: id, metresPerPx, from, to, lengthM })], result: planOf(after) };
  });
}

export async function setGeoreference(ctx: Ctx, { id, points }: Input<typeof contract.setGeoreference>): Promise<Plan> {
  return sites.writeMany(ctx, WRITE, async (tx) => {
    const before = await toBeChanged(ctx, tx, id);
    if (extentOf(before) === null) throw refuse('no_scale', 'Set the scale of this plan first.');
    const georeference = georeferenceOf(points);
    const after = await update(tx, before, { georeference });
    return { changes: [changeOf('plan-georeferenced', { georeference: before.georeference }, { floorId: id, georeference })], result: planOf(after) };
  });
}

export async function saveDrawing(ctx: Ctx, { id, ...given }: Input<typeof contract.saveDrawing>): Promise<Plan> {
  return sites.writeMany(ctx, WRITE, async (tx) => {
    const before = await toBeChanged(ctx, tx, id);
    const drawing = given as Drawing;
    const extent = extentOf({ ...before, drawing });
    if (extent === null) throw refuse('no_scale', 'Set the scale of this plan first.');
    const faults = faultsOf(drawing, extent);
    if (faults.length > 0) throw new Problem('refused', 'sites.drawing', 'What is drawn does not hold yet.', { errors: faults.slice(0, 20).map((fault) => ({ pointer: fault.pointer, detail: faultWords(fault) })) });
    await checkNamed(tx, id, before.drawing, drawing);
    const after = await update(tx, before, { drawing });
    return { changes: [changeOf('plan-drawn', { drawing: before.drawing }, { floorId: id, drawing })], result: planOf(after) };
  });
}

const RULES: Record<DrawingFault['rule'], string> = {
  'few-corners': 'has three corners at least', twice: 'has a corner twice', crosses: 'crosses itself', small: 'is smaller than a quarter of a square metre', 'same-name': 'has the name of another', 'same-id': 'has the id of another',
  'no-zone': 'names a zone that is not drawn', 'same-zone': 'leads from a zone to itself, or from nowhere to nowhere', 'far-from-wall': 'stands more than 1.5 m from the wall of a zone that it leads to', 'off-plan': 'is not on the plan',
};
const faultWords = ({ name, rule }: DrawingFault): string => `${name ? `“${name}”` : 'A pair of zones'} ${RULES[rule]}.`;

/** What is newly named must be seen: a site that is the floor or stands below it, a source or device by its record. What stood there before may stay. */
async function checkNamed(tx: SitesTx, floorId: string, before: Drawing, after: Drawing): Promise<void> {
  const known = new Set([...before.zones.map(({ siteId }) => siteId), ...before.marks.flatMap(({ deviceId, sourceId }) => [deviceId, sourceId])]);
  const fresh = (ids: readonly (string | null)[]): string[] => [...new Set(ids.filter((id) => id !== null && !known.has(id)))] as string[];
  const named = fresh(after.zones.map(({ siteId }) => siteId));
  const records = fresh(after.marks.flatMap(({ deviceId, sourceId }) => [deviceId, sourceId]));
  if (named.length > 0) {
    const below = await tx.selectFrom('sites.site as site').select('site.id').where(sql<boolean>`site.id = any (${named}::uuid[]) and exists (select from access.site top join access.site own on own.path operator(public.<@) top.path where top.id = ${floorId} and own.id = site.id)`).execute();
    if (below.length < named.length) throw refuse('zone_elsewhere', 'A zone is the site of this floor, or one that stands below it.', '/zones');
  }
  if (records.length > 0) {
    const seen = await tx.selectFrom('platform.record').select('id').where(sql<boolean>`id = any (${records}::uuid[])`).execute();
    if (seen.length < records.length) throw toProblem({ code: '23503' });
  }
}

export async function findPlaces(ctx: Ctx, { sourceId, point, deviceId, siteId }: Input<typeof contract.findPlaces>): Promise<Reply<typeof contract.findPlaces>> {
  const marks = [...(deviceId ? [JSON.stringify([{ deviceId }])] : []), ...(sourceId && point ? [JSON.stringify([{ sourceId, point }])] : [])];
  const zones = siteId ? [JSON.stringify([{ siteId }])] : [];
  if (marks.length + zones.length === 0) return { items: [] };
  const rows = await sites.read(ctx, READ).selectFrom('sites.plan as p').innerJoin('sites.site as s', 's.id', 'p.floorId').select(['p.floorId', 's.name as floor', 's.above', 'p.drawing'])
    .where((where) => where.or([...marks.map((mark) => sql<boolean>`p.drawing -> 'marks' @> ${mark}::jsonb`), ...zones.map((zone) => sql<boolean>`p.drawing -> 'zones' @> ${zone}::jsonb`), ...(siteId ? [where('p.floorId', '=', siteId)] : [])]))
    .orderBy('s.name').limit(50).execute();
  const places = rows.map(({ drawing, ...row }) => {
    const { marks: placed, zones: drawn } = drawing as unknown as Drawing;
    const mark = placed.find((one) => (deviceId !== undefined && one.deviceId === deviceId) || (point !== undefined && one.sourceId === sourceId && one.point === point));
    const zone = drawn.find((one) => siteId !== undefined && one.siteId === siteId);
    return { ...row, markId: mark?.id ?? null, zoneId: zone?.id ?? null, name: mark?.name ?? zone?.name ?? row.floor, by: mark ? ('device' as const) : zone ? ('zone' as const) : ('floor' as const) };
  });
  const order = ['device', 'zone', 'floor'];
  return { items: places.sort((a, b) => order.indexOf(a.by) - order.indexOf(b.by)) };
}

const MOST_ON_MAP = 5000;

export async function mapSites(ctx: Ctx): Promise<Reply<typeof contract.mapSites>> {
  const rows = await sites.read(ctx, READ).selectFrom('sites.site as s').leftJoin('sites.plan as p', 'p.floorId', 's.id')
    .select(['s.id', 's.parentId', 's.code', 's.name', 's.kind', 's.latitude', 's.longitude', sql<boolean>`p.floor_id is not null`.as('hasPlan')]).where('s.state', '=', 'active').orderBy('s.name').orderBy('s.id').limit(MOST_ON_MAP + 1).execute();
  return { items: rows.slice(0, MOST_ON_MAP), isCut: rows.length > MOST_ON_MAP };
}

