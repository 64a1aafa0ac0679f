import type { ExportParts } from '#platform/exports/port.ts';

export const exportParts: ExportParts = { leftOut: { record: 'an index over the records', scope: 'the same', word: 'the same' } };
