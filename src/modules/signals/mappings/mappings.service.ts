import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { compileMapping } from '#engines/mapping/compile.ts';
import type { MappingFault } from '#engines/mapping/mapping.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';
import { changeIn, lockSource, type Tx } from '../sources.service.ts';
import type { Tables } from '../tables.gen.ts';
import { TYPES } from './compiled.ts';
import type * as contract from '../mapping-contract.ts';
import type { Mapping, MappingVersion, SourceMappings } from '../mapping-contract.ts';

const signals = store<Tables>('signals');
const MOST_SHOWN = 100;

/** Protocols whose messages have no codes of their own, so that a mapping reads them. */
const MAPPED = new Set(['http', 'syslog', 'mqtt', 'mail', 'onvif']);

type Row = Omit<MappingVersion, 'isActive' | 'mapping'> & { mapping: unknown };

const versionOf = (row: Row, active: string | null): MappingVersion => ({ ...row, mapping: row.mapping as Mapping, isActive: row.id === active });

/** The versions of a source, newest first. */
export async function listMappings(ctx: Ctx, { id }: Input<typeof contract.listMappings>): Promise<SourceMappings> {
  const [[source], rows] = await signals.readAll(ctx, 'signals:sources', (db) => [
    db.selectFrom('signals.source').select(['id', 'name', 'protocol', 'siteId', 'version', 'mappingId']).where('id', '=', id).where('state', '=', 'active'),
    db.selectFrom('signals.mapping as m').leftJoin('access.person as by', 'by.id', 'm.madeBy').leftJoin('access.person as act', 'act.id', 'm.activatedBy')
      .select(['m.id', 'm.number', 'm.note', 'm.madeFrom', sql<string>`coalesce(by.name, '')`.as('madeBy'), 'm.madeAt', 'm.activatedAt', 'act.name as activatedBy', 'm.isAlone', 'm.reason', 'm.body as mapping'])
      .where('m.sourceId', '=', id).orderBy('m.number', 'desc').limit(MOST_SHOWN),
  ]);
  if (!source) throw notFound();
  const { mappingId, ...of } = source;
  return { source: of, versions: rows.map((row) => versionOf(row, mappingId)) };
}

/** Everything that is wrong with a mapping, as fields of a request. */
export const faultsOf = (mapping: Mapping): MappingFault[] => {
  const made = compileMapping(mapping, TYPES);
  return made.ok ? [] : made.faults;
};

const pointerOf = (at: string): string => `/mapping/${at.replaceAll('.', '/').replaceAll('[', '/').replaceAll(']', '')}`;

function refuseFaulty(mapping: Mapping): void {
  const faults = faultsOf(mapping);
  if (faults.length > 0) throw new Problem('refused', 'signals.mapping_faulty', 'Some expressions of this mapping cannot be read; each is listed.', { errors: faults.slice(0, 50).map(({ at, reason }) => ({ pointer: pointerOf(at), detail: reason })) });
}

/** Saves a version; what is in force stays in force. */
export async function saveMapping(ctx: Ctx, { id, mapping, note, madeFrom }: Input<typeof contract.saveMapping>): Promise<MappingVersion> {
  return signals.writeMany(ctx, 'signals:sources', async (tx) => {
    const source = await lockSource(ctx, tx, id);
    if (!MAPPED.has(source.protocol)) throw new Problem('refused', 'signals.not_mapped', 'The codes of this protocol say what they mean; there is nothing to map.');
    refuseFaulty(mapping);
    const last = await tx.selectFrom('signals.mapping').select('number').where('sourceId', '=', id).orderBy('number', 'desc').limit(1).executeTakeFirst();
    const row = { id: uuidv7(), sourceId: id, number: (last?.number ?? 0) + 1, body: JSON.stringify(mapping), note, madeFrom, madeBy: ctx.personId, madeAt: ctx.now().toISOString() };
    await tx.insertInto('signals.mapping').values(row).execute();
    const saved = await ownName(tx, ctx.personId);
    const version: MappingVersion = { id: row.id, number: row.number, note, madeFrom, madeBy: saved, madeAt: row.madeAt, isActive: false, activatedAt: null, activatedBy: null, isAlone: false, reason: null, mapping };
    return { changes: [{ verb: 'mapping-saved', before: null, after: { ...version, sourceId: id }, of: ofSource(source) }], result: version };
  });
}

const ownName = async (tx: Tx, personId: string): Promise<string> => (await tx.selectFrom('access.person').select('name').where('id', '=', personId).executeTakeFirst())?.name ?? '';
const ofSource = ({ id, siteId }: { id: string; siteId: string | null }) => ({ recordId: id, siteId, wallId: null, readPermission: 'signals:read' });

/** Puts a version in force, or none: from then on all signals of the source are read by it, those of the past too; alarms stay as they are. */
export async function activateMapping(ctx: Ctx, { id, mappingId, reason }: Input<typeof contract.activateMapping>): Promise<Reply<typeof contract.activateMapping>> {
  await signals.writeMany(ctx, 'signals:sources', async (tx) => {
    const change = await changeIn(ctx, tx, { id, verb: 'mapping-activated', set: { mappingId }, more: { reason } });
    if (change.before?.mappingId === mappingId) throw new Problem('conflict', 'signals.mapping_in_force', mappingId === null ? 'No mapping is in force already.' : 'This version is in force already.');
    const isAlone = mappingId !== null && (await isOwnWork(ctx, tx, change.after, mappingId));
    if (mappingId !== null) await tx.updateTable('signals.mapping').set({ activatedAt: ctx.now().toISOString(), activatedBy: ctx.personId, reason, isAlone }).where('id', '=', mappingId).where('sourceId', '=', id).execute();
    return { changes: [change], result: null };
  }).catch(asNotFound);
  return listMappings(ctx, { id });
}

/** Whoever wrote a version puts it in force only where nobody else could; then it is marked as done alone. */
async function isOwnWork(ctx: Ctx, tx: Tx, { id, siteId }: { id: string; siteId: string | null }, mappingId: string): Promise<boolean> {
  const version = await tx.selectFrom('signals.mapping').select('madeBy').where('id', '=', mappingId).where('sourceId', '=', id).executeTakeFirst();
  if (version?.madeBy !== ctx.personId) return false;
  const [second] = await tx.selectNoFrom(sql<boolean>`two_person.second_exists(null, ${siteId}::uuid, null, 'signals:sources')`.as('isThere')).execute();
  if (second?.isThere) throw new Problem('refused', 'signals.own_mapping', 'You wrote this version. Ask somebody else who keeps sources to look at it and put it in force.');
  return true;
}

/** A version of another source, or none at all, is not there for this one. */
function asNotFound(error: unknown): never {
  const cause = (error as { cause?: { constraint?: string } }).cause;
  throw cause?.constraint === 'source_mapping' ? notFound() : error;
}
