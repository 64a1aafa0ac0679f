import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { cases, type CaseRow, checkType, headerOf, insertStep, READ, recordLook, refuse, standingOf, TEXTS, type Tx, WRITE, wordsOf } from './case-row.ts';
import type { Standing } from './contract.ts';
import { checkActive } from './members.service.ts';
import type * as contract from './report-contract.ts';
import type { Report, ReportRow } from './report-contract.ts';

const TRIAGE = 'cases:triage';
const WALL = 'cases:wall';
const OPENING = 160;

const row = sql`r.id, r.number, r.state, r.type_key as type, left(r.text, ${OPENING}) as opening, r.name = '' as is_anonymous, r.received_at, r.case_id, coalesce((select m.author_id is null from cases.report_message m where m.report_id = r.id order by m.seq desc limit 1), true) as unanswered`;

/** Reports that the reader may see, the latest first, page by page. */
export async function listReports(ctx: Ctx, { state, caseId, after, limit }: Input<typeof contract.listReports>): Promise<Reply<typeof contract.listReports>> {
  const cursor = after === undefined ? null : readCursor(after);
  const conditions = sql.join([sql`true`, ...(state === 'any' ? [] : [sql`r.state = ${state}`]), ...(caseId ? [sql`r.case_id = ${caseId}`] : []), ...(cursor ? [sql`(r.received_at, r.id) < (${cursor.at}::timestamptz, ${cursor.id}::uuid)`] : [])], sql` and `);
  const items = await cases.read(ctx, TRIAGE).selectFrom(sql<ReportRow>`(select ${row} from cases.report r where ${conditions} order by r.received_at desc, r.id desc limit ${limit})`.as<'l'>(sql`l`)).selectAll().orderBy('receivedAt', 'desc').orderBy('id', 'desc').execute();
  const last = items.at(-1);
  return { items, next: last && items.length === limit ? cursorAfter(last.receivedAt, last.id) : null };
}

type Whole = ReportRow & { text: string; place: string; about: string; name: string; contact: string; triagedBy: string | null; triagedAt: string | null; why: string; version: number; siteId: string | null; wallId: string };

/** One report with what was said; the look is recorded first. */
export async function readReport(ctx: Ctx, { id }: Input<typeof contract.readReport>): Promise<Report> {
  const [found, messages, keptOut, readers, mine] = await cases.readAll(ctx, READ, (db) => [
    db.selectFrom(sql<Whole>`(select ${row}, r.text, r.place, r.about, r.name, r.contact, t.name as triaged_by, r.triaged_at, r.triage_why as why, r.version, r.site_id, r.wall_id from cases.report r left join access.person t on t.id = r.triaged_by where r.id = ${id})`.as<'l'>(sql`l`)).selectAll(),
    db.selectFrom('cases.reportMessage as m').leftJoin('access.person as a', 'a.id', 'm.authorId').select(['m.id', 'a.name as author', 'm.text', 'm.at']).where('m.reportId', '=', id).orderBy('m.seq').limit(1_000),
    db.selectFrom('cases.keptOut as k').leftJoin('access.person as p', 'p.id', 'k.personId').select(['k.personId', sql<string>`coalesce(p.name, '')`.as('name'), 'k.why']).where('k.reportId', '=', id).orderBy('k.at').limit(200),
    db.selectFrom('access.wallMember as m').innerJoin('cases.report as r', 'r.wallId', 'm.wallId').innerJoin('access.person as p', 'p.id', 'm.personId').select('p.name').where('r.id', '=', id).where('m.until', '>', sql<string>`now()`).orderBy('p.name').limit(200),
    db.selectFrom('access.rolePermission as x').select('x.permission').distinct().where('x.permission', 'like', 'cases:%').where(sql<boolean>`exists (select from cases.report r join access.sight s on s.label = r.sight_id where r.id = ${id} and s.person_id = (select access.me()) and s.role_id = x.role_id and s.since <= now() and s.until > now())`),
  ]);
  if (!found[0]) throw notFound();
  const { siteId, wallId, ...report } = found[0];
  await recordLook(ctx, { id, siteId, wallId });
  return { ...report, messages, keptOut, readers: readers.map(({ name }) => name), mine: mine.map(({ permission }) => permission).sort() };
}

type Held = { id: string; number: string; state: ReportRow['state']; wallId: string; siteId: string | null; version: number; text: string; caseId: string | null };

async function hold(tx: Tx, id: string, permission: string): Promise<Held> {
  const held = await tx.selectFrom('cases.report').select(['id', 'number', 'state', 'wallId', 'siteId', 'version', 'text', 'caseId']).where('id', '=', id).forUpdate().executeTakeFirst();
  if (held) return held;
  const seen = await tx.selectFrom('cases.report').select('id').where('id', '=', id).executeTakeFirst();
  throw seen ? notAllowed(permission) : notFound();
}

function checkNew({ state }: Held): void {
  if (state !== 'new') throw new Problem('conflict', 'cases.already_triaged', `Somebody has ${state} it already.`, { state });
}

const ofReport = ({ id, siteId, wallId }: Held) => ({ recordId: id, siteId, wallId, readPermission: READ });
const changeOf = (verb: string, report: Held, after: object & { id: string }): Change<{ id: string }> => ({ verb, before: null, after, of: ofReport(report), erasable: ['text', 'reason'] });

/** Answers the reporter, who reads it by the code. */
export function answerReport(ctx: Ctx, { id, text }: Input<typeof contract.answerReport>): Promise<Reply<typeof contract.answerReport>> {
  return cases.writeMany<Reply<typeof contract.answerReport>>(ctx, TRIAGE, async (tx) => {
    const report = await hold(tx, id, TRIAGE);
    const last = await tx.selectFrom('cases.reportMessage').select(sql<number>`coalesce(max(seq), 0)`.as('seq')).where('reportId', '=', id).executeTakeFirst();
    const message = { id: uuidv7(), reportId: id, seq: (last?.seq ?? 0) + 1, authorId: ctx.personId, text, at: ctx.now().toISOString() };
    await tx.insertInto('cases.reportMessage').values(message).execute();
    return { changes: [changeOf('report-answered', report, message)], result: { id, state: report.state, version: report.version } };
  });
}

/** Keeps somebody in conflict out, of the report and of the case that it becomes; who stands inside goes out. */
export function keepOut(ctx: Ctx, { id, personId, reason }: Input<typeof contract.keepOut>): Promise<Reply<typeof contract.keepOut>> {
  return cases.writeMany<Reply<typeof contract.keepOut>>(ctx, WALL, async (tx) => {
    const report = await hold(tx, id, WALL);
    checkNew(report);
    if (personId === ctx.personId) throw refuse('own_conflict', 'You cannot keep yourself out: ask another who triages to do it.', '/personId');
    await checkActive(tx, personId, '/personId');
    const known = await tx.selectFrom('cases.keptOut').select('id').where('reportId', '=', id).where('personId', '=', personId).executeTakeFirst();
    if (known) return { changes: [], result: { id, state: report.state, version: report.version } };
    const kept = { id: uuidv7(), personId, reason };
    await tx.insertInto('cases.keptOut').values({ id: kept.id, reportId: id, personId, why: reason, at: ctx.now().toISOString() }).execute();
    await tx.deleteFrom('access.wallMember').where('wallId', '=', report.wallId).where('personId', '=', personId).execute();
    return { changes: [changeOf('kept-out', report, kept)], result: { id, state: report.state, version: report.version } };
  });
}

/** Dismisses a report. The reporter reads that it was, by the code; why is for the room. */
export function dismissReport(ctx: Ctx, { id, reason }: Input<typeof contract.dismissReport>): Promise<Reply<typeof contract.dismissReport>> {
  return cases.writeMany<Reply<typeof contract.dismissReport>>(ctx, WALL, async (tx) => {
    const report = await hold(tx, id, WALL);
    checkNew(report);
    await tx.updateTable('cases.report').set({ state: 'dismissed', triagedBy: ctx.personId, triagedAt: ctx.now().toISOString(), triageWhy: reason, version: report.version + 1 }).where('id', '=', id).execute();
    return { changes: [changeOf('report-dismissed', report, { id, reason } as object & { id: string })], result: { id, state: 'dismissed', version: report.version + 1 } };
  });
}

/** Makes a case of a report behind the same wall: who takes it leads, a custodian comes in, and the others who triaged go out. */
export function takeReport(ctx: Ctx, { id, title, type, custodianId }: Input<typeof contract.takeReport>): Promise<Standing> {
  return cases.writeMany(ctx, WALL, async (tx) => {
    const report = await hold(tx, id, WALL);
    checkNew(report);
    checkType(type);
    await checkCustodian(ctx, tx, report.wallId, custodianId);
    await sql`select access.admit(${report.wallId}, ${ctx.personId}, 'case-lead', 'infinity')`.execute(tx);
    await sql`select access.admit(${report.wallId}, ${custodianId}, 'wall-custodian', 'infinity')`.execute(tx);
    await tx.deleteFrom('access.wallMember').where('wallId', '=', report.wallId).where('personId', 'not in', [ctx.personId, custodianId]).execute();
    const { rows } = await sql<{ number: string }>`select platform.next_number('CASE', ${ctx.now().getUTCFullYear()}::int) as number`.execute(tx);
    const now = ctx.now().toISOString();
    const made: CaseRow = { id: uuidv7(), number: rows[0]?.number ?? '', title, summary: report.text, typeKey: type, state: 'assessing', siteId: report.siteId, wallId: report.wallId, source: 'report', leadId: ctx.personId, openedBy: ctx.personId, openedAt: now, closedAt: null, rootCause: '', outcome: null, outcomeWords: '', noLoss: null, version: 1 };
    return { changes: [], result: await openFrom(ctx, report, made, custodianId) };
  });
}

async function checkCustodian(ctx: Ctx, tx: Tx, wallId: string, custodianId: string): Promise<void> {
  if (custodianId === ctx.personId) throw refuse('another_custodian', 'Choose another person than yourself: a room always has a keeper beside its lead.', '/custodianId');
  await checkActive(tx, custodianId, '/custodianId');
  const { rows } = await sql<{ kept: boolean }>`select cases.is_kept_out(${wallId}::uuid, ${custodianId}::uuid) as kept`.execute(tx);
  if (rows[0]?.kept) throw refuse('in_conflict', 'This person is kept out of the report: it names them, or they are in conflict.', '/custodianId');
}

const openFrom = (ctx: Ctx, report: Held, made: CaseRow, custodianId: string): Promise<Standing> =>
  cases.writeMany(ctx, WRITE, async (tx) => {
    await tx.insertInto('cases.case').values(made).execute();
    await insertStep(ctx, tx, made.id, { verb: 'opened', was: report.number, became: made.typeKey });
    await tx.insertInto('platform.record').values({ id: made.id, ...headerOf(made) }).execute();
    await tx.insertInto('platform.link').values({ fromId: report.id, toId: made.id, kind: 'became', at: made.openedAt, actor: ctx.personId }).execute();
    await tx.updateTable('cases.report').set({ state: 'taken', caseId: made.id, triagedBy: ctx.personId, triagedAt: made.openedAt, version: report.version + 1 }).where('id', '=', report.id).execute();
    return {
      changes: [
        changeOf('report-taken', report, { id: report.id, caseId: made.id } as object & { id: string }),
        { verb: 'opened', before: null, after: { ...made, custodianId, fromId: report.id }, header: headerOf(made), words: wordsOf(made), erasable: TEXTS },
      ], result: standingOf(made),
    };
  });
