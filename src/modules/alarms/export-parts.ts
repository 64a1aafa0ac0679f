import type { ExportParts } from '#platform/exports/port.ts';

export const exportParts: ExportParts = { leftOut: { cursor: 'how far the correlator of this server has read' } };
