import type { ExportParts } from '#platform/exports/port.ts';

export const exportParts: ExportParts = { leftOut: { 'report.code_hash': 'opens the channel of whoever reported' } };
