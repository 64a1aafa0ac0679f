import { sql } from 'kysely';
import { openWork } from '#modules/identity/public.ts';
import { tasks } from './tasks.service.ts';

type Moved = { id: string; recordId: string; siteId: string | null; wallId: string | null; readPermission: string; ownerId: string | null };

/** Open tasks that somebody owns. */
openWork({
  kind: 'task',
  list: async (ctx, personId) => {
    const rows = await tasks.read(ctx, '').selectFrom('tasks.task as t').innerJoin('platform.record as r', 'r.id', 't.recordId').select(['t.id', 't.title', 't.recordId', 'r.kind as recordKind', 'r.number'])
      .where('t.ownerId', '=', personId).where('t.state', '=', 'open').orderBy('t.dueAt').orderBy('t.id').limit(200).execute();
    return rows.map((row) => ({ ...row, kind: 'task' }));
  },
  handOver: (ctx, { personId, toId, onlyLost }) =>
    tasks.writeMany(ctx, 'identity:settle', async (tx) => {
      const rows = await tx.selectFrom(sql<Moved>`tasks.hand_over(${personId}, ${toId}, ${onlyLost})`.as('h')).select(['id', 'recordId', 'siteId', 'wallId', 'readPermission', 'ownerId']).execute();
      return {
        changes: rows.map(({ id, recordId, siteId, wallId, readPermission, ownerId }) => ({ verb: 'handed-over', before: { id, ownerId: personId }, after: { id, ownerId }, of: { recordId, siteId, wallId, readPermission } })),
        result: rows.map(({ id, recordId, ownerId }) => ({ id, recordId, toId: ownerId })),
      };
    }),
});
