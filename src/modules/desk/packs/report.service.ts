import { organisationOf } from '#modules/identity/public.ts';
import type { Input } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { renderReport } from '#platform/report/press.ts';
import { headOnPaper } from '#platform/witness/paper.ts';
import type * as contract from '../pack-contract.ts';
import { PACK_TEMPLATE, packPaper } from '../report/paper.ts';
import { desk, ofPack, packIn, packOf, READ } from './pack-row.ts';

/** Prints a pack that is frozen or issued. That it was printed is recorded before the paper leaves. */
export async function printPack(ctx: Ctx, { id, paper }: Input<typeof contract.printPack>, { reply }: Exchange): Promise<void> {
  const { content, ...pack } = await packOf(ctx, desk.read(ctx, READ), id);
  if (content === null) throw new Problem('refused', 'desk.not_frozen', 'A draft is not printed. Freeze the pack first.');
  const [organisation, [heads, people]] = await Promise.all([
    organisationOf(ctx), desk.readAll(ctx, READ, (db) => [db.selectFrom('ledger.head').select(['size', 'root', 'at']).orderBy('size', 'desc').limit(1), db.selectFrom('access.person').select('name').where('id', '=', ctx.personId)] as const),
  ]);
  const [head] = heads;
  const { title, data } = packPaper({ ...pack, content }, { by: people[0]?.name ?? '', at: ctx.now().toISOString(), organisation: organisation.name, isDemo: organisation.isDemo, record: headOnPaper(head ? { ...head, root: head.root.toString('hex') } : null) });
  const pdf = await renderReport(PACK_TEMPLATE, data, { lang: 'en', title, at: ctx.now(), paper });
  await desk.writeMany(ctx, READ, async (tx) => ({ changes: [ofPack('pack-printed', await packIn(tx, id), { id, paper })], result: null }));
  void reply.header('content-type', 'application/pdf').header('content-disposition', `inline; filename="${pack.number}.pdf"`).send(pdf);
}
