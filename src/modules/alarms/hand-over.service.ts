import { sql } from 'kysely';
import { openWork } from '#modules/identity/public.ts';
import { alarms } from './alarm-row.ts';

/** Alarms that somebody holds. */
openWork({
  kind: 'alarm',
  list: async (ctx, personId) => {
    const rows = await alarms.read(ctx, '').selectFrom('alarms.alarm').select(['id', 'number', 'title']).where('ownerId', '=', personId).where('handling', '<>', 'closed').orderBy('priority').orderBy('raisedAt').limit(200).execute();
    return rows.map((row) => ({ ...row, kind: 'alarm', recordId: row.id, recordKind: 'alarms.alarm' }));
  },
  handOver: (ctx, { personId, toId, onlyLost }) =>
    alarms.writeMany(ctx, 'identity:settle', async (tx) => {
      const rows = await tx.selectFrom(sql<{ id: string; siteId: string | null; wallId: string | null; ownerId: string | null }>`alarms.hand_over(${personId}, ${toId}, ${onlyLost})`.as('h')).select(['id', 'siteId', 'wallId', 'ownerId']).execute();
      return {
        changes: rows.map(({ id, siteId, wallId, ownerId }) => ({ verb: 'handed-over', before: { id, ownerId: personId }, after: { id, ownerId }, of: { recordId: id, siteId, wallId, readPermission: 'alarms:read' } })),
        result: rows.map(({ id, ownerId }) => ({ id, recordId: id, toId: ownerId })),
      };
    }),
});
