import { isInsideByGlass, organisationOf } from '#modules/identity/public.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { renderReport } from '#platform/report/press.ts';
import type { JsonValue } from '#platform/report/text.ts';
import type { Incident } from './contract.ts';
import { incidents, READ } from './record.ts';
import { refuseField } from './refusals.ts';
import { frameOf } from './report/data.ts';
import type { ReportFacts } from './report/facts.ts';

/** A paper of a walled incident says what it is for (422 without), and who broke the glass takes none along. */
export async function checkPrint(ctx: Ctx, { id, isWalled }: Pick<Incident, 'id' | 'isWalled'>, purpose: string | undefined): Promise<void> {
  if (!isWalled) return;
  if (purpose === undefined) throw refuseField('/purpose', 'incidents.say_purpose', 'It stands behind a wall: say what the paper is for. It is printed on it and recorded.');
  const row = await incidents.read(ctx, READ).selectFrom('incidents.incident').select('wallId').where('id', '=', id).executeTakeFirst();
  if (row?.wallId && (await isInsideByGlass(ctx, row.wallId))) throw new Problem('refused', 'incidents.not_by_glass', 'Who broke the glass of a wall reads what is behind it, and prints nothing. Ask a member for the paper.');
}

/** Records that a paper was printed, and what for, before it leaves. */
export const recordPrint = (ctx: Ctx, id: string, how: { purpose: string | null; paper: string; what?: string }): Promise<null> =>
  incidents.writeMany(ctx, READ, async (tx) => {
    const row = await tx.selectFrom('incidents.incident').select(['id', 'siteId', 'wallId']).where('id', '=', id).executeTakeFirstOrThrow();
    return { changes: [{ verb: 'printed', before: null, after: { id, ...how }, of: { recordId: id, siteId: row.siteId, wallId: row.wallId, readPermission: READ } }], result: null };
  });

/** Who prints, for whom, and the newest signed head. */
export async function printFacts(ctx: Ctx, purpose: string | null): Promise<Pick<ReportFacts, 'head' | 'print'>> {
  const [[heads, people], organisation] = await Promise.all([
    incidents.readAll(ctx, READ, (db) => [db.selectFrom('ledger.head').select(['size', 'root', 'at', 'note']).orderBy('size', 'desc').limit(1), db.selectFrom('access.person').select('name').where('id', '=', ctx.personId)]),
    organisationOf(ctx),
  ]);
  const [head] = heads;
  return {
    head: head ? { ...head, root: head.root.toString('hex') } : null,
    print: { by: people[0]?.name ?? '', at: ctx.now().toISOString(), organisation: organisation.name, department: 'Corporate security', purpose, isDemo: organisation.isDemo },
  };
}

type Paper = {
  incident: Incident; purpose: string | undefined; paper: 'a4' | 'us-letter';
  /** What the paper is, for its frame and the record, and its file's name without the ending. */
  kind: string; name: string; title: string; template: string; data: Record<string, JsonValue>;
};

/** Prints a paper of an incident: in its frame, recorded, then sent. */
export async function printPaper(ctx: Ctx, { incident, purpose, paper, kind, name, title, template, data }: Paper, { reply }: Exchange): Promise<void> {
  await checkPrint(ctx, incident, purpose);
  const around = await printFacts(ctx, purpose ?? null);
  const frame = frameOf({ incident, ...around }, incident.timeZone ?? 'UTC', kind);
  const pdf = await renderReport(template, { ...data, frame }, { lang: 'en', title, at: ctx.now(), paper });
  await recordPrint(ctx, incident.id, { purpose: purpose ?? null, paper, what: kind });
  void reply.header('content-type', 'application/pdf').header('content-disposition', `inline; filename="${name}.pdf"`).send(pdf);
}
