import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { incidentTypeTitle } from '#modules/incidents/public.ts';
import { typeOf } from '#modules/signals/public.ts';
import { namesOf, siteOf } from '#modules/sites/public.ts';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { decisionKind } from '#platform/two-person/kinds.ts';
import { propose } from '#platform/two-person/propose.service.ts';
import type * as contract from './contract.ts';
import type { Target } from './contract.ts';
import { type Definition, definitionOf } from './definitions.ts';
import { metrics } from './figure-store.ts';
import { MEASURES } from './target-rules.ts';

const READ = 'metrics:read';
const PUBLISH = 'metrics:publish';
const WEEK_MINUTES = 7 * 24 * 60;
const MOST_DAYS_AHEAD = 731;
const SHIFTS: readonly string[] = ['day', 'evening', 'night'];

const Payload = z.strictObject({
  key: z.string(), siteId: z.uuid().nullable(), part: z.enum(['none', 'shift', 'type']), partKey: z.string(), measure: z.enum(MEASURES), value: z.number().nullable(), ownerId: z.uuid(), validFrom: z.iso.date(), reason: z.string(),
});

const today = (ctx: Ctx): string => ctx.now().toISOString().slice(0, 10);

/** A target holds from its day on, and never from before it was approved: what is past keeps the target that it had. */
const inForce = decisionKind({
  key: 'metrics.target', permission: PUBLISH, expiresMinutes: WEEK_MINUTES, payload: Payload,
  run: async (ctx, payload, { id, proposedBy }) => {
    await metrics.writeMany(ctx, PUBLISH, async (tx) => {
      const now = today(ctx);
      const row = { ...payload, id: uuidv7(), validFrom: payload.validFrom < now ? now : payload.validFrom, proposedBy, approvedBy: proposedBy === ctx.personId ? null : ctx.personId, setAt: ctx.now().toISOString() };
      await tx.insertInto('metrics.target').values(row).execute();
      return { changes: [{ verb: 'target-set', before: null, after: { ...row, decisionId: id }, of: { recordId: row.id, siteId: row.siteId, wallId: null, readPermission: READ }, erasable: ['reason'] }], result: null };
    });
  },
});

const refuse = (pointer: string, code: string, detail: string): Problem => new Problem('refused', `metrics.${code}`, detail, { errors: [{ pointer, detail }] });

function check(definition: Definition, { part, partKey, measure, value }: Input<typeof contract.setTarget>): void {
  if (measure !== 'value' && definition.measure.as !== 'median') throw refuse('/measure', 'no_such_measure', 'Only times have a 90th and a 98.5th percentile.');
  if (value !== null && definition.unit === 'share' && value > 1) throw refuse('/value', 'share_above_all', 'A share is at most 100 %.');
  if ((part === 'none') !== (partKey === '')) throw refuse('/partKey', 'part_without_name', 'Say which shift or type, or neither.');
  if (part !== 'none' && !definition.parts.includes(part)) throw refuse('/part', 'no_parts', 'This figure has no such parts.');
  if (part === 'shift' && !SHIFTS.includes(partKey)) throw refuse('/partKey', 'no_such_shift', 'Choose day, evening or night.');
  if (part === 'type' && titleOf('type', partKey) === null) throw refuse('/partKey', 'no_such_type', 'There is no such type.');
}

const titleOf = (part: string, key: string): string | null => (part === 'type' ? (incidentTypeTitle(key) ?? typeOf(key)?.title ?? null) : key);

/** Proposes a target for another person to approve: whoever owns a figure does not alone say what is good enough. */
export async function setTarget(ctx: Ctx, input: Input<typeof contract.setTarget>): Promise<Reply<typeof contract.setTarget>> {
  const [may] = await metrics.read(ctx, PUBLISH).selectFrom(sql<{ may: boolean }>`(select access.may_at(${input.siteId}::uuid, null, ${PUBLISH}) as may)`.as<'m'>(sql`m`)).selectAll().execute();
  if (!may?.may) throw notAllowed(PUBLISH);
  const site = input.siteId === null ? null : await siteOf(ctx, input.siteId);
  if (input.siteId !== null && site === null) throw refuse('/siteId', 'no_site', 'There is no such site.');
  const definition = definitionOf(input.key);
  if (definition === null) throw refuse('/key', 'unknown', 'There is no such figure in the catalogue.');
  check(definition, input);
  const [now, last] = [today(ctx), new Date(ctx.now().getTime() + MOST_DAYS_AHEAD * 86_400_000).toISOString().slice(0, 10)];
  if (input.validFrom < now || input.validFrom > last) throw refuse('/validFrom', 'not_then', 'A target holds from today on or from a day of the next two years: what is past keeps the one that it had.');
  return metrics.writeMany(ctx, PUBLISH, async (tx) => {
    const owner = await tx.selectFrom('access.person').select('name').where('id', '=', input.ownerId).where('state', '=', 'active').executeTakeFirst();
    if (!owner) throw refuse('/ownerId', 'no_such_owner', 'Choose somebody who works here.');
    const facts = { figure: definition.name, unit: definition.unit, direction: definition.direction, measure: input.measure, value: input.value === null ? '' : String(input.value), site: site?.name ?? '', part: input.part, of: titleOf(input.part, input.partKey) ?? '', owner: owner.name, from: input.validFrom };
    const proposed = await propose(ctx, inForce, { payload: input, facts, of: { recordId: input.siteId ?? ORGANISATION, siteId: input.siteId, wallId: null }, reason: input.reason });
    return { changes: [], result: proposed };
  });
}

/** Of what a decision speaks that is about no site. */
const ORGANISATION = '01930000-0000-7000-8000-00000000b0a1';

type Row = Omit<Target, 'site' | 'owner' | 'partTitle'> & { ownerId: string; owner: string };

/** Every target that was set, the newest first, with what is in force today. */
export async function listTargets(ctx: Ctx, { key }: Input<typeof contract.listTargets>): Promise<Reply<typeof contract.listTargets>> {
  const rows: Row[] = await metrics.read(ctx, READ).selectFrom('metrics.target as t').innerJoin('access.person as o', 'o.id', 't.ownerId').innerJoin('access.person as p', 'p.id', 't.proposedBy').leftJoin('access.person as a', 'a.id', 't.approvedBy')
    .select(['t.id', 't.key', 't.siteId', 't.part', 't.partKey', 't.measure', 't.value', 't.ownerId', 'o.name as owner', sql<string>`t.valid_from::text`.as('validFrom'), 't.reason', 'p.name as proposedBy', 'a.name as approvedBy', 't.setAt',
      sql<Target['state']>`case when t.valid_from > ${today(ctx)}::date then 'coming' when t.id = (select n.id from metrics.target n where n.key = t.key and n.site_id is not distinct from t.site_id and n.part = t.part and n.part_key = t.part_key and n.measure = t.measure and n.valid_from <= ${today(ctx)}::date order by n.valid_from desc, n.set_at desc limit 1) then 'in-force' else 'past' end`.as('state')])
    .$if(key !== undefined, (query) => query.where('t.key', '=', key ?? '')).orderBy('t.validFrom', 'desc').orderBy('t.setAt', 'desc').limit(200).execute();
  const sites = await namesOf(ctx, rows.map(({ siteId }) => siteId));
  return { items: rows.map(({ ownerId, owner, ...row }) => ({ ...row, site: row.siteId === null ? null : (sites.get(row.siteId)?.name ?? null), owner: { id: ownerId, name: owner }, partTitle: row.part === 'none' ? null : titleOf(row.part, row.partKey) })) };
}
