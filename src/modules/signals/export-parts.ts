import type { ExportParts } from '#platform/exports/port.ts';

export const exportParts: ExportParts = { leftOut: { source_signature: 'secrets of head-ends are set anew in another installation', source_key: 'keys of encrypted panels are set anew in another installation' } };
