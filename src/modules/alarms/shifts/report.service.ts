import type { Input } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { renderReport } from '#platform/report/press.ts';
import { headOnPaper } from '#platform/witness/paper.ts';
import { organisationOf } from '#modules/identity/public.ts';
import { alarms } from '../alarm-row.ts';
import type * as contract from '../shift-contract.ts';
import type { LogLine } from '../shift-contract.ts';
import { readLog } from './log.service.ts';
import { shiftPaper } from './paper.ts';
import { ofShift } from './shift-row.ts';
import { getShift } from './shifts.service.ts';

const TEMPLATE = 'modules/alarms/report/shift.typ';
const MOST_LINES = 2000;
const PAGE = 200;

/** Prints the log and the hand-overs of a shift, as this reader may see them. That it was printed is recorded before the paper leaves. */
export async function printShift(ctx: Ctx, { id, paper }: Input<typeof contract.printShift>, { reply }: Exchange): Promise<void> {
  const shift = await getShift(ctx, { id });
  const [{ lines, isCut }, organisation, [heads, people]] = await Promise.all([
    wholeLog(ctx, id), organisationOf(ctx),
    alarms.readAll(ctx, 'alarms:read', (db) => [db.selectFrom('ledger.head').select(['size', 'root', 'at']).orderBy('size', 'desc').limit(1), db.selectFrom('access.person').select('name').where('id', '=', ctx.personId)] as const),
  ]);
  const [head] = heads;
  const { title, data } = shiftPaper({
    shift, log: lines, isCut, by: people[0]?.name ?? '', organisation: organisation.name, isDemo: organisation.isDemo, at: ctx.now().toISOString(),
    record: headOnPaper(head ? { size: head.size, root: head.root.toString('hex'), at: head.at } : null),
  });
  const pdf = await renderReport(TEMPLATE, data, { lang: 'en', title, at: ctx.now(), paper });
  await alarms.writeMany(ctx, 'alarms:read', async () => ({ changes: [ofShift('shift-printed', shift, { id, paper })], result: null }));
  void reply.header('content-type', 'application/pdf').header('content-disposition', `inline; filename="${shift.number}.pdf"`).send(pdf);
}

/** Oldest first. */
async function wholeLog(ctx: Ctx, id: string): Promise<{ lines: LogLine[]; isCut: boolean }> {
  const lines: LogLine[] = [];
  let after: string | undefined;
  do {
    const page = await readLog(ctx, { id, after, limit: PAGE });
    lines.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined && lines.length < MOST_LINES);
  return { lines: lines.toReversed(), isCut: after !== undefined };
}
