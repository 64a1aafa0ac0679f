import type { Input } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { renderReport } from '#platform/report/press.ts';
import { headOnPaper } from '#platform/witness/paper.ts';
import type * as contract from './contract.ts';
import type { Count } from './contract.ts';
import { READ, retention, told } from './rows.ts';
import { readRun } from './runs.service.ts';

const TEMPLATE = 'platform/retention/report/certificate.typ';

const moment = (at: string | null): string => (at === null ? '' : `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`);
const rowOf = ({ title, goes, days, cutoff, removed, stayed, spared, walled }: Count): string[] => [
  title, goes, days === null ? 'kept' : `${days} days, until ${moment(cutoff).slice(0, 10)}`, walled ? `${removed}, and ${walled.removed} behind walls` : String(removed), String(spared), String(stayed),
];

/** Prints what a run removed, by which schedule, who decided, and the root over the ids. That it was printed is recorded before the paper leaves. */
export async function printCertificate(ctx: Ctx, { id, paper }: Input<typeof contract.printCertificate>, { reply }: Exchange): Promise<void> {
  const run = await readRun(ctx, { id });
  if (run.state !== 'done') throw new Problem('conflict', 'retention.not_ended', 'There is a certificate once the removal has ended.');
  const [heads, people] = await retention.readAll(ctx, READ, (db) => [
    db.selectFrom('ledger.head').select(['size', 'root', 'at']).orderBy('size', 'desc').limit(1), db.selectFrom('access.person').select('name').where('id', '=', ctx.personId),
  ] as const);
  const [head] = heads;
  const printed = ctx.now().toISOString();
  const number = `RET-${id.slice(-12)}`;
  const data = {
    frame: {
      organisation: 'Certificate of destruction', department: 'Retention', number, kind: 'Certificate', demo: null, walled: null, printed: `Printed ${moment(printed)} by ${(people[0]?.name ?? '').slice(0, 60)}`,
      record: headOnPaper(head ? { size: head.size, root: head.root.toString('hex'), at: head.at } : null), of: 'of',
    },
    title: 'Certificate of destruction',
    lead: 'What stands below was removed from this system by the schedules in force, after a dry run that another person approved. It cannot be brought back from the system; backups made before hold it until they make room for newer ones.',
    facts: [
      { label: 'Run', value: id }, { label: 'Due at', value: moment(run.asOf) }, { label: 'Ended', value: moment(run.endedAt) },
      { label: 'Proposed by', value: run.askedBy.name }, { label: 'Approved by', value: `${run.approvedBy?.name ?? ''}, ${moment(run.approvedAt)}` },
      { label: 'Schedules', value: `version ${run.scheduleVersion ?? ''}` }, { label: 'Root of the ids', value: run.root ?? '' },
    ],
    heads: ['What', 'What went with it', 'Kept for', 'Removed', 'Held', 'Stayed'], rows: run.counts.map(rowOf),
    how: 'Each removal is an entry of the ledger (retention.removed) in the transaction that removed, with the hash over its ids. The root is that of RFC 6962 over the lines “kind id” of all that went, in order. Held: spared by legal holds that the reader of this paper sees. Stayed: changed since the dry run, or still referred to.',
  };
  const pdf = await renderReport(TEMPLATE, data, { lang: 'en', title: `Certificate of destruction ${number}`, at: ctx.now(), paper });
  await retention.writeMany(ctx, READ, async () => ({ changes: [told('certificate-printed', { id })], result: null }));
  void reply.header('content-type', 'application/pdf').header('content-disposition', `inline; filename="${number}.pdf"`).send(pdf);
}
