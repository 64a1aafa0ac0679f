import { setImmediate as breathe } from 'node:timers/promises';
import { sql } from 'kysely';
import { z } from 'zod';
import { LocalTime } from '#engines/alarm-analysis/local-time.ts';
import { type Past } from '#engines/alarm-analysis/past.ts';
import { choose, type Chosen, type Held, heldBy } from '#engines/alarm-analysis/savings.ts';
import { type Group, Tally } from '#engines/alarm-analysis/tally.ts';
import { type JobKind, jobKind, type JobTools } from '#platform/jobs/port.ts';
import { notFound } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { eventTypes, typeOf } from '#modules/signals/public.ts';
import { alarms } from '../alarm-row.ts';
import { vitalTypes } from '../engine-rules.ts';
import { candidatesFor, type Tried } from './candidates.ts';
import type { Answer } from '../past-contract.ts';
import type { Reading } from '../past-rules.ts';

const PAGE = 10_000;
const RULES = 3;
const MOST_GROUPS = 60;
const MOST_TRUE = 100;
const VITAL = vitalTypes(eventTypes);

type Tools = Pick<JobTools, 'signal' | 'progress'>;
type Row = { key: string; raisedAt: string; closedAt: string | null; device: string; site: string | null; said: string; type: string | null; finding: Past['finding'] };

/** Works out an analysis over all its alarms, with what its starter may see. */
export const answerKind: JobKind = jobKind({
  key: 'alarms.analyse', title: 'Alarms of the past analysed', permission: 'alarms:import', args: z.object({ analysisId: z.uuid() }), isOneWrite: true,
  run: async (ctx, { analysisId }, tools) => answerOver(ctx, analysisId, tools),
});

/** Runs at once, within the caller; for the job, and for tests. */
export async function answerOver(ctx: Ctx, id: string, tools: Tools): Promise<{ alarms: number; half: number }> {
  const analysis = await alarms.read(ctx).selectFrom('alarms.analysis').select('reading').where('id', '=', id).executeTakeFirst();
  if (!analysis) throw notFound();
  const { timeZone } = analysis.reading as Reading;
  const local = new LocalTime(timeZone);
  const tally = new Tally();
  const [past, minutes]: [Past[], number[]] = [[], []];
  for await (const row of pastOf(ctx, id)) {
    tools.signal.throwIfAborted();
    const at = Date.parse(row.raisedAt);
    past.push({ at, device: row.device, site: row.site, said: row.said, type: row.type, finding: row.finding });
    tally.add(past.at(-1) as Past, local.hourOfWeek(at));
    if (row.closedAt !== null) minutes.push((Date.parse(row.closedAt) - at) / 60_000);
    if (past.length % PAGE === 0) tools.progress(0.3, `${past.length} alarms`);
  }
  const answer = await answerOf(past, tally, { timeZone, minutes }, tools);
  return alarms.writeMany(ctx, 'alarms:import', async (tx) => {
    const at = ctx.now().toISOString();
    await tx.updateTable('alarms.analysis').set({ answer: JSON.stringify(answer), answeredAt: at, version: sql<number>`version + 1` }).where('id', '=', id).execute();
    const result = { alarms: past.length, half: answer.devices.half };
    return { changes: [{ verb: 'analysis-answered', before: null, after: { id, ...result, rules: answer.rules.map(({ definition, saves, holdsTrue }) => ({ definition, saves, holdsTrue })) } as { id: string }, of: { recordId: id, siteId: null, wallId: null, readPermission: 'alarms:import' } }], result };
  });
}

async function* pastOf(ctx: Ctx, id: string): AsyncGenerator<Row, void> {
  for (let after: Row | undefined; ; ) {
    let query = alarms.read(ctx).selectFrom('alarms.past').select(['key', 'raisedAt', 'closedAt', 'device', 'site', 'said', 'type', 'finding']).where('analysisId', '=', id).orderBy('raisedAt').orderBy('key').limit(PAGE);
    if (after) query = query.where(sql<boolean>`(raised_at, key) > (${after.raisedAt}::timestamptz, ${after.key}::uuid)`);
    const page = (await query.execute()) as Row[];
    yield* page;
    after = page.at(-1);
    if (page.length < PAGE) return;
  }
}

type About = { timeZone: string; minutes: number[] };

async function answerOf(past: readonly Past[], tally: Tally, { timeZone, minutes }: About, tools: Tools): Promise<Answer> {
  const { counts, first, last, devices, types, sites, week } = tally.answer();
  const tries = candidatesFor(types.groups.filter((group) => group.false > 0 && !group.key.startsWith('?')).map(({ key }) => key));
  const held: Held[] = [];
  for (const [n, { candidate }] of tries.entries()) {
    const result = heldBy(past, candidate, VITAL);
    if (result.ok) held.push(result);
    tools.signal.throwIfAborted();
    tools.progress(0.3 + (0.7 * n) / tries.length, `${n + 1} of ${tries.length} rules tried`);
    await breathe();
  }
  const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
  const vital = new Set(VITAL);
  const counted = ({ key: _key, ...group }: Group) => group;
  const placeOf = (key: string) => ({ site: key.slice(0, key.indexOf('\u001f')) || null, device: key.slice(key.indexOf('\u001f') + 1) });
  return {
    counts, first: iso(first), last: iso(last), timeZone, medianMinutes: medianOf(minutes), week: [...week], tried: held.length,
    untyped: past.filter(({ type }) => type === null).length, vital: past.filter(({ type }) => type !== null && vital.has(type)).length,
    devices: { total: devices.groups.length, half: devices.half, groups: devices.groups.slice(0, MOST_GROUPS).map((group) => ({ ...counted(group), ...placeOf(group.key) })) },
    types: { total: types.groups.length, groups: types.groups.slice(0, MOST_GROUPS).map((group) => ({ ...counted(group), type: group.key.startsWith('?') ? null : group.key, title: group.key.startsWith('?') ? group.key.slice(1) : (typeOf(group.key)?.title ?? group.key) })) },
    sites: { total: sites.groups.length, groups: sites.groups.slice(0, MOST_GROUPS).map((group) => ({ ...counted(group), site: group.key || null })) },
    rules: choose(past, held, RULES).map((one) => saidOf(one, past, tries)),
  };
}

function saidOf({ key, alone, adds, true: trueOnes }: Chosen, past: readonly Past[], tries: readonly Tried[]): Answer['rules'][number] {
  const { name, definition } = tries.find(({ candidate }) => candidate.key === key) as Tried;
  const moments = trueOnes.slice(0, MOST_TRUE).map((place) => past[place] as Past).map(({ at, device, site, said, type }) => ({ at: new Date(at).toISOString(), device, site, said, title: type === null ? said : (typeOf(type)?.title ?? said) }));
  return { name, definition, alone, saves: adds.false.length, unknown: adds.unknown.length, holdsTrue: trueOnes.length, trueOnes: moments };
}

function medianOf(values: number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
  return sorted.length === 0 ? null : Math.round((median ?? 0) * 10) / 10;
}
