import type { ExportParts, Extra } from '#platform/exports/port.ts';

const list = (name: string, table: string, of: string, order: string): Extra =>
  ({ name, sql: `coalesce((select jsonb_agg(jsonb_build_object(${of}) order by ${order}, x.id) from incidents.${table} x where x.incident_id = t.id and x.struck_at is null), '[]')`, schema: { type: 'array', items: { type: 'object' }, description: 'What is in force, as importing takes it' } });

export const exportParts: ExportParts = {
  leftOut: {},
  more: {
    incident: [
      list('log', 'log_entry', `'at', x.at, 'kind', x.kind, 'text', x.text`, 'x.seq'),
      list('people', 'person_involved', `'role', x.role, 'name', coalesce((select a.name from access.person a where a.id = x.person_id), x.name), 'injury', x.injury, 'details', x.details`, 'x.added_at'),
      list('things', 'thing_involved', `'kind', x.kind, 'description', x.description, 'identifier', x.identifier, 'role', x.role`, 'x.added_at'),
      list('loss_lines', 'loss', `'kind', x.kind, 'description', x.description, 'amountMinor', x.amount_minor, 'currency', x.currency, 'recoveredMinor', x.recovered_minor`, 'x.added_at'),
    ],
  },
};
