import type { ExportParts } from '#platform/exports/port.ts';

export const exportParts: ExportParts = {
  leftOut: {},
  more: { person: [{ name: 'name', sql: '(select a.name from access.person a where a.id = t.id)', schema: { type: 'string' } }] },
};
