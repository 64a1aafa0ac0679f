import type { Ctx } from '#platform/kernel/store.ts';
import { exhibits, VIEW } from './exhibit-row.ts';

/** A line of a case's list of exhibits. `sha256` is of its first file, where it has one. */
export type ListedExhibit = { number: string; title: string; kind: string; collectedAt: string; receivedBy: string; sha256: string | null; state: string };

/** The exhibits of a case that the reader sees, by number. */
export async function exhibitsOf(ctx: Ctx, caseId: string): Promise<ListedExhibit[]> {
  const found = await exhibits.read(ctx, VIEW).selectFrom('exhibits.exhibit as e').innerJoin('access.person as p', 'p.id', 'e.receivedBy')
    .select((eb) => ['e.number', 'e.title', 'e.kind', 'e.collectedAt', 'p.name as receivedBy', 'e.state',
      eb.selectFrom('exhibits.item as i').select('i.sha256').whereRef('i.exhibitId', '=', 'e.id').orderBy('i.enteredAt').limit(1).as('sha256')])
    .where('e.caseId', '=', caseId).orderBy('e.number').limit(2000).execute();
  return found.map(({ sha256, ...one }) => ({ ...one, sha256: sha256?.toString('hex') ?? null }));
}
