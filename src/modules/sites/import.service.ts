import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { refusedRow } from '#platform/imports/cells.ts';
import { csvCell } from '#platform/imports/csv.ts';
import type { Finder, Given, Outcome } from '#platform/imports/port.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { Site } from './contract.ts';
import { markTwice, SITE_COLUMNS, siteLineOf, type SiteLine } from './import.ts';
import { type Existing, type Known, planSites, type Planned } from './import-plan.ts';
import { changedMeanwhile, changeOf, COLUMNS, inOurWords, sites, type SitesTx } from './sites.service.ts';

const IMPORT = 'sites:import';
export const SITE = 'sites.site';
const MOST_SITES = 50_000;

type Db = Pick<SitesTx, 'selectFrom'>;
const allSeen = (db: Db) => db.selectFrom('sites.site as site').select([...COLUMNS, sql<boolean>`access.may_at(site.id, null, access.permission())`.as('isMine')]).orderBy('site.id').limit(MOST_SITES);
const takenOf = (db: Db, codes: readonly string[]) => db.selectFrom(sql<{ code: string }>`sites.codes_taken(${codes})`.as('t')).select('code');
const topOf = (db: Db) => db.selectFrom(sql<{ may: boolean }>`(select access.may_at(null, null, access.permission()) as may)`.as('t')).select('may');

type Seen = Site & { isMine: boolean };

function knownOf(seen: readonly Seen[], taken: readonly { code: string }[], top: readonly { may: boolean }[]): Known {
  const codeOf = new Map(seen.map((site) => [site.id, site.code]));
  const existing = seen.map((site): [string, Existing] => [site.code, { ...site, parentCode: site.parentId === null ? null : (codeOf.get(site.parentId) ?? null) }]);
  return { sites: new Map(existing), taken: new Set(taken.map((row) => row.code)), mayAddAtTop: top[0]?.may === true };
}

const nameOf = ({ name, code }: SiteLine): string => `${name} (${code})`;

/** Rows as sites. What they stand below is named by its code, or by the id that it has in the file's system. */
async function linesOf(rows: readonly Given[], seen: readonly Seen[], find: Finder): Promise<SiteLine[]> {
  const codeOf = new Map(seen.map((site) => [site.id, site.code]));
  const named = await find.byExternalId(SITE, rows.flatMap(({ cells }) => cells['parent'] ?? []));
  const inFile = new Map(rows.flatMap(({ externalId, cells }) => (externalId === null ? [] : [[externalId, cells['code'] ?? '']])));
  const codes = new Set([...codeOf.values(), ...rows.map(({ cells }) => cells['code'])]);
  const lines = rows.map((row) => {
    const line = siteLineOf(row);
    const before = row.recordId === null ? undefined : codeOf.get(row.recordId);
    if (row.recordId !== null && before !== line.code) line.faults.push({ field: 'external_id', detail: before === undefined ? 'This id is of a site that is not for you to change' : `This id is of the site ${before}. Change its code on its page first` });
    const { parentCode } = line;
    return parentCode === undefined || codes.has(parentCode) ? line : { ...line, parentCode: inFile.get(parentCode) || codeOf.get(named.get(parentCode) ?? '') || parentCode };
  });
  markTwice(lines);
  return lines;
}

const DOES = { add: 'created', change: 'changed', nothing: 'unchanged' } as const;

/** Adds and changes in one transaction, level by level, so that what stands above is there before what stands below; what is refused keeps out what stands below it, and no other. */
export async function takeSites(ctx: Ctx, rows: readonly Given[], find: Finder): Promise<readonly Outcome[]> {
  return sites.writeMany(ctx, IMPORT, async (tx) => {
    await sql`select pg_advisory_xact_lock(7204, 21)`.execute(tx);
    const seen = await allSeen(tx).execute();
    const lines = await linesOf(rows, seen, find);
    const plan = planSites(lines, knownOf(seen, await takenOf(tx, lines.map((line) => line.code)).execute(), await topOf(tx).execute()));
    const byCode = new Map<string, Site>(seen.map(({ isMine: _, ...site }) => [site.code, site]));
    const before = new Map(byCode);
    const done = plan.filter((one) => one.does === 'add' || one.does === 'change');
    for (const level of Map.groupBy(done, (one) => one.depth).entries().toArray().sort(([a], [b]) => a - b)) await makeLevel(tx, level[1], byCode);
    const after = done.length === 0 ? before : new Map((await allSeen(tx).execute()).map(({ isMine: _, ...site }) => [site.code, site]));
    const changes = done.map(({ does, line }) => changeOf(does === 'add' ? 'added' : 'changed', before.get(line.code) ?? null, after.get(line.code) as Site));
    const result = plan.map(({ line, does, faults }): Outcome => (does === 'refused' ? refusedRow(nameOf(line), faults.map(({ field, detail }) => ({ column: field, detail }))) : { does: DOES[does], id: after.get(line.code)?.id ?? '', label: nameOf(line) }));
    return { changes, result };
  });
}

async function makeLevel(tx: SitesTx, level: readonly Planned[], byCode: Map<string, Site>): Promise<void> {
  const parentIdOf = ({ line }: Planned): string | null => (line.parentCode === undefined ? (byCode.get(line.code)?.parentId ?? null) : (byCode.get(line.parentCode)?.id ?? null));
  const rows = level.filter((one) => one.does === 'add').map((one) => ({ id: uuidv7(), code: one.line.code, parentId: parentIdOf(one), ...(one.values as NonNullable<Planned['values']>) }));
  if (rows.length > 0) {
    const values = JSON.stringify(rows.map((row) => ({ ...row, parent_id: row.parentId, time_zone: row.timeZone })));
    await sql`insert into sites.site (id, parent_id, code, name, kind, time_zone, country, city, address, latitude, longitude)
      select id, parent_id, code, name, kind, time_zone, country, city, address, latitude, longitude
      from jsonb_to_recordset(${values}::jsonb) as r(id uuid, parent_id uuid, code text, name text, kind text, time_zone text, country text, city text, address text, latitude float8, longitude float8)`
      .execute(tx).catch((error: unknown) => {
        throw inOurWords(error);
      });
    for (const row of rows) byCode.set(row.code, { ...row, above: [], state: 'active', createdAt: '', changedAt: '', version: 1 });
  }
  await changeLevel(tx, level.filter(({ does }) => does === 'change').map((one) => ({ ...(byCode.get(one.line.code) as Site), ...(one.values as NonNullable<Planned['values']>), parentId: parentIdOf(one) })));
}

async function changeLevel(tx: SitesTx, wanted: readonly Site[]): Promise<void> {
  if (wanted.length === 0) return;
  const values = JSON.stringify(wanted.map((site) => ({ ...site, parent_id: site.parentId, time_zone: site.timeZone })));
  const changed = await sql`update sites.site s set parent_id = r.parent_id, name = r.name, kind = r.kind, time_zone = r.time_zone, country = r.country, city = r.city,
      address = r.address, latitude = r.latitude, longitude = r.longitude, changed_at = now(), version = s.version + 1
    from jsonb_to_recordset(${values}::jsonb) as r(id uuid, version int, parent_id uuid, name text, kind text, time_zone text, country text, city text, address text, latitude float8, longitude float8)
    where s.id = r.id and s.version = r.version`
    .execute(tx).catch((error: unknown) => {
      throw inOurWords(error);
    });
  if (changed.numAffectedRows !== BigInt(wanted.length)) throw changedMeanwhile();
}

export async function exportSites(ctx: Ctx, _input: unknown, { reply }: Exchange): Promise<void> {
  const rows = await sites.read(ctx).selectFrom('sites.site as site').select(COLUMNS).orderBy('site.code').limit(MOST_SITES).execute();
  const codeOf = new Map(rows.map((site) => [site.id, site.code]));
  const lines = rows.map((site) => [site.code, site.name, site.kind, site.parentId === null ? '' : (codeOf.get(site.parentId) ?? ''), site.timeZone, site.country, site.city, site.address, site.latitude, site.longitude, site.state].map(csvCell).join(','));
  await reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="sites.csv"').send(`${[SITE_COLUMNS.join(','), ...lines].join('\r\n')}\r\n`);
}
