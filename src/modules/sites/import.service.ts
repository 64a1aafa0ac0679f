import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Site } from './contract.ts';
import { csvCell, readSiteFile, SITE_COLUMNS, type SiteLine } from './import.ts';
import { type Existing, type Known, planSites, type Planned } from './plan.ts';
import { changedMeanwhile, changeOf, COLUMNS, inOurWords, sites, type SitesTx } from './sites.service.ts';

const IMPORT = 'sites:import';
const MOST_SITES = 50_000;

type Db = Pick<Parameters<Parameters<typeof sites.readAll>[2]>[0], 'selectFrom'>;
const allSeen = (db: Db) => db.selectFrom('sites.site as site').select([...COLUMNS, sql<boolean>`access.may_at(site.id, null, access.permission())`.as('isMine')]).orderBy('site.id').limit(MOST_SITES);
const takenOf = (db: Db, codes: readonly string[]) => db.selectFrom(sql<{ code: string }>`sites.codes_taken(${codes})`.as('t')).select('code');
const topOf = (db: Db) => db.selectFrom(sql<{ may: boolean }>`(select access.may_at(null, null, access.permission()) as may)`.as('t')).select('may');

type Seen = Site & { isMine: boolean };

function knownOf(seen: readonly Seen[], taken: readonly { code: string }[], top: readonly { may: boolean }[]): Known {
  const codeOf = new Map(seen.map((site) => [site.id, site.code]));
  const existing = seen.map((site): [string, Existing] => [site.code, { ...site, parentCode: site.parentId === null ? null : (codeOf.get(site.parentId) ?? null) }]);
  return { sites: new Map(existing), taken: new Set(taken.map((row) => row.code)), mayAddAtTop: top[0]?.may === true };
}

function linesOf(csv: string): readonly SiteLine[] {
  const file = readSiteFile(csv);
  if (!file.ok) throw new Problem('refused', 'sites.unreadable_file', file.reason, { errors: [{ pointer: '/csv', detail: file.reason }] });
  return file.lines;
}

const count = (plan: readonly Planned[], does: Planned['does']): number => plan.filter((one) => one.does === does).length;

export async function planImport(ctx: Ctx, { csv }: Input<typeof contract.planImport>): Promise<Reply<typeof contract.planImport>> {
  const file = readSiteFile(csv);
  if (!file.ok) return { adds: 0, changes: 0, same: 0, refused: 0, lines: [], faults: [file.reason] };
  const codes = file.lines.map((line) => line.code);
  const [seen, taken, top] = await sites.readAll(ctx, IMPORT, (db) => [allSeen(db), takenOf(db, codes), topOf(db)]);
  const plan = planSites(file.lines, knownOf(seen, taken, top));
  return {
    adds: count(plan, 'add'), changes: count(plan, 'change'), same: count(plan, 'nothing'), refused: count(plan, 'refused'), faults: [],
    lines: plan.map(({ line, does, faults }) => ({ line: line.line, code: line.code, name: line.name, parentCode: line.parentCode ?? '', does, faults })),
  };
}

/** Adds and changes in one transaction, level by level, so that what stands above is there before what stands below. */
export async function importSites(ctx: Ctx, { csv }: Input<typeof contract.importSites>): Promise<Reply<typeof contract.importSites>> {
  const lines = linesOf(csv);
  return sites.writeMany(ctx, IMPORT, async (tx) => {
    await sql`select pg_advisory_xact_lock(7204, 21)`.execute(tx);
    const seen = await allSeen(tx).execute();
    const plan = planSites(lines, knownOf(seen, await takenOf(tx, lines.map((line) => line.code)).execute(), await topOf(tx).execute()));
    refuseFaults(plan);
    const byCode = new Map<string, Site>(seen.map(({ isMine: _, ...site }) => [site.code, site]));
    const before = new Map(byCode);
    for (const level of Map.groupBy(plan, (one) => one.depth).entries().toArray().sort(([a], [b]) => a - b)) await makeLevel(tx, level[1], byCode);
    const done = plan.filter((one) => one.does === 'add' || one.does === 'change');
    const after = new Map((await allSeen(tx).execute()).map(({ isMine: _, ...site }) => [site.code, site]));
    const changes = done.map(({ does, line }) => changeOf(does === 'add' ? 'added' : 'changed', before.get(line.code) ?? null, after.get(line.code) as Site));
    return { changes, result: { added: count(plan, 'add'), changed: count(plan, 'change') } };
  });
}

function refuseFaults(plan: readonly Planned[]): void {
  const refused = plan.filter((one) => one.does === 'refused');
  if (refused.length === 0) return;
  const errors = refused.slice(0, 100).map(({ line, faults }) => ({ pointer: `/csv/${line.line}/${faults[0]?.field ?? ''}`, detail: `Line ${line.line}: ${faults.map((fault) => fault.detail).join('. ')}` }));
  throw new Problem('refused', 'sites.lines_refused', `${refused.length} of ${plan.length} lines cannot be imported, so nothing was. Mend them and send the file again.`, { errors });
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
