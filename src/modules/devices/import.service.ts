import { sql } from 'kysely';
import { sitesByCode } from '#modules/sites/public.ts';
import { readerOf, refusedRow, type RowReader } from '#platform/imports/cells.ts';
import { csvCell } from '#platform/imports/csv.ts';
import type { Finder, Given, Outcome } from '#platform/imports/port.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import * as contract from './contract.ts';
import type { Device, Point } from './contract.ts';
import { devices, rows } from './device-row.ts';
import { addDevice, changeDevice } from './devices.service.ts';

export const DEVICE = 'devices.device';

const MOST_DEVICES = 100_000;
const FIELD = { code: 'code', name: 'name', kind: 'kind', make: 'make', model: 'model', serial: 'serial', firmware: 'firmware', address: 'address', installer: 'installer', note: 'note', installed_on: 'installedOn', warranty_until: 'warrantyUntil', end_of_life_on: 'endOfLifeOn', certificate_until: 'certificateUntil' } as const;
const COLUMNS = ['site', 'code', 'name', 'kind', 'make', 'model', 'serial', 'firmware', 'address', 'installer', 'note', 'installed_on', 'warranty_until', 'end_of_life_on', 'certificate_until', 'expected_every_s', 'behind', 'points', 'state'] as const;

type Line = { row: Given; reader: RowReader; siteId: string | undefined; before: Device | undefined; behind: string | undefined };
type Known = { siteOf: ReadonlyMap<string, string>; byCode: Map<string, Device>; byId: Map<string, Device>; external: ReadonlyMap<string, string>; sources: ReadonlyMap<string, readonly string[]>; takenHere: Map<string, string> };

const keyOf = (siteId: string | null, code: string): string => `${siteId} ${code.toUpperCase()}`;

/** Adds and changes devices; which one a row means is said by the id of the other system, else by its code at its site. What others stand behind is taken first. */
export async function takeDevices(ctx: Ctx, given: readonly Given[], find: Finder): Promise<readonly Outcome[]> {
  const known = await knownOf(ctx, given, find);
  const lines = given.map((row): Line => {
    const reader = readerOf(row);
    const site = row.cells['site'];
    const siteId = site === undefined ? undefined : known.siteOf.get(site);
    if (siteId === undefined) reader.refuse('site', site === undefined ? 'Say at which site it is' : `There is no site ${site.slice(0, 60)} among yours`);
    return { row, reader, siteId, before: whichOf(reader, row, siteId, known), behind: row.cells['behind'] };
  });
  const outcomes = new Map<Line, Outcome>();
  for (const line of inOrder(lines)) outcomes.set(line, await takeOne(ctx, line, known));
  return lines.map((line) => outcomes.get(line) as Outcome);
}

async function knownOf(ctx: Ctx, given: readonly Given[], find: Finder): Promise<Known> {
  const cellsOf = (column: string): string[] => given.flatMap(({ cells }) => cells[column] ?? []);
  const siteOf = new Map([...(await find.byExternalId('sites.site', cellsOf('site'))), ...(await sitesByCode(ctx, cellsOf('site')))]);
  const external = await find.byExternalId(DEVICE, cellsOf('behind'));
  const codes = [...cellsOf('code'), ...cellsOf('behind')].map((code) => code.toUpperCase());
  const ids = [...given.flatMap(({ recordId }) => recordId ?? []), ...external.values()];
  const found = await rows(devices.read(ctx)).where(sql<boolean>`(d.state = 'active' and d.site_id = any (${[...siteOf.values()]}::uuid[]) and upper(d.code) = any (${codes}::text[]) or d.id = any (${ids}::uuid[]))`).execute();
  const accounts = cellsOf('points').flatMap((cell) => cell.split(';').map((one) => one.trim().split(/\s+/)[0] ?? ''));
  const sources = await devices.read(ctx).selectFrom(sql<{ id: string; account: string }>`(select id, account from signals.v_source where state = 'active' and upper(account) = any (${accounts.map((one) => one.toUpperCase())}::text[]))`.as<'s'>(sql`s`)).selectAll().execute();
  return {
    siteOf, external, takenHere: new Map(), byId: new Map(found.map((one) => [one.id, one])), byCode: new Map(found.filter(({ state }) => state === 'active').map((one) => [keyOf(one.siteId, one.code), one])),
    sources: new Map([...Map.groupBy(sources, ({ account }) => account.toUpperCase())].map(([account, all]) => [account, all.map(({ id }) => id)])),
  };
}

function whichOf(reader: RowReader, { recordId, cells }: Given, siteId: string | undefined, { byId, byCode }: Known): Device | undefined {
  if (recordId !== null) return byId.get(recordId) ?? reader.refuse('external_id', 'This id is of a device that is not for you to change');
  return siteId === undefined ? undefined : byCode.get(keyOf(siteId, cells['code'] ?? ''));
}

/** Rows in an order in which what others stand behind comes first; a circle is left to the verb to refuse. */
function inOrder(lines: readonly Line[]): Line[] {
  const byCode = new Map(lines.flatMap((line) => (line.siteId === undefined ? [] : [[keyOf(line.siteId, line.row.cells['code'] ?? ''), line] as const])));
  const byExternal = new Map(lines.flatMap((line) => (line.row.externalId === null ? [] : [[line.row.externalId, line] as const])));
  const done = new Set<Line>();
  const visit = (line: Line): void => {
    if (done.has(line)) return;
    done.add(line);
    const first = line.behind === undefined ? undefined : (byExternal.get(line.behind) ?? (line.siteId === undefined ? undefined : byCode.get(keyOf(line.siteId, line.behind))));
    if (first) visit(first);
    ordered.push(line);
  };
  const ordered: Line[] = [];
  for (const line of lines) visit(line);
  return ordered;
}

type Said = Partial<Omit<Parameters<typeof changeDevice>[1], 'id'>>;

const Shape = contract.changeDevice.body;

/** What a row says of a device; an empty cell leaves things as they are. */
function saidOf({ row: { cells }, reader, siteId, behind }: Line, known: Known): Said {
  const said: Record<string, unknown> = Object.fromEntries(Object.entries(FIELD).flatMap(([column, field]) => (cells[column] === undefined ? [] : [[field, column === 'kind' ? cells[column].toLowerCase() : cells[column]]])));
  for (const { path, message } of Shape.safeParse(said).error?.issues ?? []) reader.refuse(Object.entries(FIELD).find(([, field]) => field === path[0])?.[0] ?? String(path[0]), message);
  const expectedEveryS = reader.whole('expected_every_s', 60, 2_678_400);
  const points = cells['points'] === undefined ? undefined : pointsOf(cells['points'], reader, known);
  const behindId = behind === undefined || siteId === undefined ? undefined : (known.takenHere.get(behind) ?? known.external.get(behind) ?? known.byCode.get(keyOf(siteId, behind))?.id);
  if (behind !== undefined && behindId === undefined) reader.refuse('behind', `There is no device ${behind.slice(0, 60)} at this site among yours, nor in an earlier row`);
  return { ...(said as Said), ...(siteId !== undefined && { siteId }), ...(expectedEveryS !== undefined && { expectedEveryS }), ...(points && { points }), ...(behindId !== undefined && { behindId }) };
}

function pointsOf(cell: string, reader: RowReader, { sources }: Known): Point[] {
  return cell.split(';').map((one) => one.trim()).filter(Boolean).flatMap((one) => {
    const [account = '', point = ''] = one.split(/\s+/, 2);
    const found = sources.get(account.toUpperCase()) ?? [];
    if (found.length !== 1 || !contract.Point.shape.point.safeParse(point).success) {
      reader.refuse('points', found.length === 1 ? `${point.slice(0, 80)} is no point, such as zone:7` : found.length > 1 ? `Several sources have the account ${account}. Say it on the device's page` : `There is no source with the account ${account.slice(0, 60)} among yours`);
      return [];
    }
    return [{ sourceId: found[0] as string, point }];
  });
}

async function takeOne(ctx: Ctx, line: Line, known: Known): Promise<Outcome> {
  const { reader, before, row } = line;
  const said = saidOf(line, known);
  const { code, name, kind, siteId } = said;
  const label = `${name ?? ''} (${code ?? ''})`;
  const state = reader.oneOf('state', ['active', 'retired'] as const);
  if (state !== undefined && state !== (before?.state ?? 'active')) reader.refuse('state', 'A file neither retires a device nor takes one into use. Do it on its page, with the reason');
  if (code === undefined) reader.refuse('code', 'This must be there');
  if (!before && name === undefined) reader.refuse('name', 'This must be there');
  if (!before && kind === undefined) reader.refuse('kind', 'This must be there');
  if (reader.faults.length > 0 || code === undefined || siteId === undefined) return refusedRow(label, reader.faults);
  const after = before ? await changeDevice(ctx, { ...said, id: before.id }) : await addDevice(ctx, contract.addDevice.body.parse(said));
  known.byCode.set(keyOf(after.siteId, after.code), after);
  if (row.externalId !== null) known.takenHere.set(row.externalId, after.id);
  return { does: before ? (after.version === before.version && after.changedAt === before.changedAt ? 'unchanged' : 'changed') : 'created', id: after.id, label: `${after.name} (${after.code})` };
}

/** What is in use, as a file, in the columns that importing takes. */
export async function exportDevices(ctx: Ctx, _input: unknown, { reply }: Exchange): Promise<void> {
  const [all, points] = await devices.readAll(ctx, 'devices:read', (db) => [
    rows(db).select([sql<string | null>`(select s.code from sites.v_site s where s.id = d.site_id)`.as('siteCode'), sql<string | null>`(select b.code from devices.device b where b.id = d.behind_id)`.as('behindCode')]).where('d.state', '=', 'active').orderBy('d.name').orderBy('d.id').limit(MOST_DEVICES),
    db.selectFrom(sql<{ deviceId: string; points: string }>`(select p.device_id, string_agg(trim(s.account || ' ' || p.point), '; ' order by s.account, p.point) as points from devices.point p join signals.v_source s on s.id = p.source_id where p.until is null group by p.device_id)`.as<'p'>(sql`p`)).selectAll(),
  ]);
  const pointsOfDevice = new Map(points.map((one) => [one.deviceId, one.points]));
  const lines = all.map((one) => [one.siteCode, one.code, one.name, one.kind, one.make, one.model, one.serial, one.firmware, one.address, one.installer, one.note, one.installedOn, one.warrantyUntil, one.endOfLifeOn, one.certificateUntil, one.expectedEveryS, one.behindCode, pointsOfDevice.get(one.id) ?? '', one.state].map(csvCell).join(','));
  await reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="devices.csv"').send(`${[COLUMNS.join(','), ...lines].join('\r\n')}\r\n`);
}
