import type { ExportParts } from '#platform/exports/port.ts';

export const exportParts: ExportParts = { leftOut: { content: 'what a job was asked and answered is for its owner alone', runner: 'processes of the moment' } };
