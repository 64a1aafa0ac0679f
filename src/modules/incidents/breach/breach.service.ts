import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from '../breach-contract.ts';
import type { Breach, BreachNotice, BreachSheet } from '../breach-contract.ts';
import { isLate, missingOfBreach } from '../breach-rules.ts';
import type { Standing } from '../contract.ts';
import { answersOf, clocksOf } from '../facts.ts';
import { json, merged, utc } from '../given.ts';
import { recordLook } from '../looks.ts';
import { printPaper } from '../printing.ts';
import { readIncident } from '../read.service.ts';
import { changeLine, COLUMNS, incidents, type IncidentRow, insertStep, READ, type Tx } from '../record.ts';
import { refuseField } from '../refusals.ts';
import { BREACH_TEMPLATE, breachPaper } from './paper.ts';

type Db = Parameters<Parameters<typeof incidents.readAll>[2]>[0];
const FACTS = ['nature', 'personCategories', 'recordCategories', 'consequences', 'measures', 'contact', 'risk', 'riskWhy', 'personsTold', 'personsToldWords'] as const;
const RANGES = ['personsLeast', 'personsMost', 'recordsLeast', 'recordsMost'] as const;
const TEXTS = ['nature', 'personCategories', 'recordCategories', 'consequences', 'measures', 'contact', 'riskWhy', 'personsToldWords', 'recipient', 'reference', 'lateWhy', 'note'] as const;

const breachQuery = (db: Db, id: string) => db.selectFrom('incidents.breach as b').leftJoin('access.person as p', 'p.id', 'b.openedBy').select([...FACTS, ...RANGES, sql<string>`coalesce(p.name, '')`.as('openedBy'), 'b.openedAt', 'b.version']).where('b.incidentId', '=', id);
const noticeQuery = (db: Db, id: string) =>
  db.selectFrom('incidents.breachNotice as n').leftJoin('access.person as g', 'g.id', 'n.givenBy').leftJoin('access.person as s', 's.id', 'n.struckBy')
    .select(['n.id', 'n.clock', 'n.recipient', 'n.reference', 'n.givenAt', 'n.isPartial', 'n.lateWhy', sql<string>`coalesce(g.name, '')`.as('givenBy'), 'n.notedAt', 'n.struckAt', 's.name as struckBy', 'n.struckReason']).where('n.incidentId', '=', id).orderBy('n.givenAt').orderBy('n.id').limit(200);

const rangeOf = (least: number | null, most: number | null) => (least === null || most === null ? null : { least, most });

/** The record of a breach, its notices, and what is missing of what the law asks to be documented. */
export async function readBreach(ctx: Ctx, { id }: Input<typeof contract.readBreach>): Promise<BreachSheet> {
  const [rows, found, notices] = await incidents.readAll(ctx, READ, (db) => [db.selectFrom('incidents.incident as i').select(COLUMNS).where('i.id', '=', id), breachQuery(db, id), noticeQuery(db, id)]);
  const row = rows[0];
  if (!row) throw notFound();
  await recordLook(ctx, row);
  const clocks = clocksOf(row);
  const dueAt = new Map(clocks.map((clock) => [clock.key, clock.dueAt]));
  const [given] = found;
  const { personsLeast = null, personsMost = null, recordsLeast = null, recordsMost = null, ...facts } = given ?? {};
  const breach = given ? ({ ...facts, persons: rangeOf(personsLeast, personsMost), records: rangeOf(recordsLeast, recordsMost) } as Breach) : null;
  return { breach, notices: notices.map((one) => ({ ...one, isLate: isLate(one.givenAt, dueAt.get(one.clock) ?? null) }) as BreachNotice), clocks, missing: breach ? missingOfBreach(breach, clocks) : [] };
}

/** Writes the record of a breach, also once the incident is closed: what is learned later is documented too. */
export function writeBreach({ ifMatch, ...ctx }: Ctx, { id, persons, records, ...given }: Input<typeof contract.writeBreach>): Promise<Standing> {
  return changeLine(ctx, id, async (tx) => {
    const facts = Object.fromEntries(Object.entries({ ...given, ...rangeSet('persons', persons), ...rangeSet('records', records) }).filter(([, value]) => value !== undefined));
    const before = await tx.selectFrom('incidents.breach').select(['id', 'version']).where('incidentId', '=', id).executeTakeFirst();
    if (ifMatch !== undefined && ifMatch !== (before?.version ?? 0)) throw new Problem('stale', 'incidents.stale', 'Somebody changed the record of the breach since you read it. Read it again; what you wrote is still on your screen.', { version: before?.version ?? 0 });
    const rowId = before?.id ?? uuidv7();
    if (before) await tx.updateTable('incidents.breach').set({ ...facts, version: before.version + 1 }).where('id', '=', rowId).execute();
    else await tx.insertInto('incidents.breach').values({ ...facts, id: rowId, incidentId: id, openedBy: ctx.personId, openedAt: ctx.now().toISOString() }).execute();
    if (!before) await insertStep(ctx, tx, id, { verb: 'breach-opened' });
    return { verb: before ? 'breach-changed' : 'breach-opened', row: { ...facts, id: rowId }, erasable: TEXTS };
  });
}

type Range = { least: number; most: number } | null | undefined;

function rangeSet(name: 'persons' | 'records', range: Range): Record<string, number | null> {
  if (range === undefined) return {};
  if (range !== null && range.most < range.least) throw refuseField(`/${name}/most`, 'incidents.range_turned', 'The larger number comes second.');
  return { [`${name}Least`]: range?.least ?? null, [`${name}Most`]: range?.most ?? null };
}

/** Notes a notice that was given; its duty is met then. A notice after its time says why. */
export function noteNotice(ctx: Ctx, { id, givenAt: at, ...notice }: Input<typeof contract.noteNotice>): Promise<Standing> {
  const givenAt = utc(at);
  return changeLine(ctx, id, async (tx, incident) => {
    if (Date.parse(givenAt) > ctx.now().getTime() + 60_000) throw refuseField('/givenAt', 'incidents.not_yet', 'This says what has happened; give a time that has passed.');
    const clock = clocksOf(incident).find(({ key }) => key === notice.clock);
    if (!clock) throw refuseField('/clock', 'incidents.no_such_clock', 'The type of this incident has no such duty. Classify it first.');
    if (isLate(givenAt, clock.dueAt) && notice.lateWhy.length < 3) throw refuseField('/lateWhy', 'incidents.say_late', 'It was given after its time had run out: say why (GDPR Art. 33(1)).');
    const row = { id: uuidv7(), ...notice, givenAt };
    await tx.insertInto('incidents.breachNotice').values({ ...row, incidentId: id, givenBy: ctx.personId, notedAt: ctx.now().toISOString() }).execute();
    await setClock(tx, incident, notice.clock, { decision: 'met', note: `${notice.recipient}, ${notice.reference}` });
    await insertStep(ctx, tx, id, { verb: 'notice-given', became: notice.recipient.slice(0, 200), reason: notice.reference });
    return { verb: 'notice-given', row, erasable: TEXTS };
  });
}

/** What was decided of one duty, among the answers of the incident. */
export const setClock = (tx: Tx, incident: IncidentRow, key: string, decided: { decision: string; note: string } | null): Promise<unknown> =>
  tx.updateTable('incidents.incident').set({ fields: json(merged(answersOf(incident), { [`clock.${key}`]: decided })), version: incident.version + 1 }).where('id', '=', incident.id).execute();

export function strikeNotice(ctx: Ctx, { id, rowId, reason }: Input<typeof contract.strikeNotice>): Promise<Standing> {
  return changeLine(ctx, id, async (tx, incident) => {
    const done = await tx.updateTable('incidents.breachNotice').set({ struckAt: ctx.now().toISOString(), struckBy: ctx.personId, struckReason: reason }).where('id', '=', rowId).where('incidentId', '=', id).where('struckAt', 'is', null).returning('clock').executeTakeFirst();
    if (!done) {
      const before = await tx.selectFrom('incidents.breachNotice as n').leftJoin('access.person as p', 'p.id', 'n.struckBy').select(['p.name', 'n.struckAt']).where('n.id', '=', rowId).where('n.incidentId', '=', id).executeTakeFirst();
      throw before ? new Problem('conflict', 'incidents.already_struck', `${before.name ?? 'Somebody'} struck it already.`, { by: before.name, at: before.struckAt }) : notFound();
    }
    const other = await tx.selectFrom('incidents.breachNotice').select(['recipient', 'reference']).where('incidentId', '=', id).where('clock', '=', done.clock).where('struckAt', 'is', null).orderBy('givenAt').executeTakeFirst();
    await setClock(tx, incident, done.clock, other ? { decision: 'met', note: `${other.recipient}, ${other.reference}` } : null);
    return { verb: 'notice-struck', row: { id: rowId, reason } };
  });
}

/** Prints the record of a breach. */
export async function printBreach(ctx: Ctx, { id, purpose, paper }: Input<typeof contract.printBreach>, exchange: Exchange): Promise<void> {
  const incident = await readIncident(ctx, { id });
  const sheet = await readBreach(ctx, { id });
  if (!sheet.breach) throw notFound();
  const { title, data } = breachPaper(incident, sheet.breach, sheet);
  await printPaper(ctx, { incident, purpose, paper, kind: 'Record of a data breach', name: `${incident.number}-breach`, title, template: BREACH_TEMPLATE, data }, exchange);
}
