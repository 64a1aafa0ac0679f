import type { ExportParts } from '#platform/exports/port.ts';

export const exportParts: ExportParts = { leftOut: { import: 'a file on its way, its sender’s alone', part: 'the same', outcome: 'the same', mapping: 'the same' } };
