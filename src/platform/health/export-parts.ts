import type { ExportParts } from '#platform/exports/port.ts';

export const exportParts: ExportParts = { leftOut: { process: 'processes of the moment', check: 'how this machine is at the moment' } };
