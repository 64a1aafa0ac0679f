import type { ExportParts } from '#platform/exports/port.ts';

export const exportParts: ExportParts = { leftOut: { source_key: 'keys of encrypted panels are set anew in another installation' } };
