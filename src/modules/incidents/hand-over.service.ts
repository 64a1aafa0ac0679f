import { sql } from 'kysely';
import { openWork } from '#modules/identity/public.ts';
import { incidents, ofIncident } from './record.ts';

/** Open incidents that somebody leads. */
openWork({
  kind: 'incident',
  list: async (ctx, personId) => {
    const rows = await incidents.read(ctx, '').selectFrom('incidents.incident').select(['id', 'number', 'title']).where('commanderId', '=', personId).where('state', '=', 'open').orderBy('occurredFrom', 'desc').limit(200).execute();
    return rows.map((row) => ({ ...row, kind: 'incident', recordId: row.id, recordKind: 'incidents.incident' }));
  },
  handOver: (ctx, { personId, toId, onlyLost }) =>
    incidents.writeMany(ctx, 'identity:settle', async (tx) => {
      const rows = await tx.selectFrom(sql<{ id: string; siteId: string | null; wallId: string | null; commanderId: string | null }>`incidents.hand_over(${personId}, ${toId}, ${onlyLost})`.as('h')).select(['id', 'siteId', 'wallId', 'commanderId']).execute();
      return {
        changes: rows.map((row) => ({ verb: 'assigned', before: { id: row.id, commanderId: personId }, after: { id: row.id, commanderId: row.commanderId }, of: ofIncident(row) })),
        result: rows.map(({ id, commanderId }) => ({ id, recordId: id, toId: commanderId })),
      };
    }),
});
