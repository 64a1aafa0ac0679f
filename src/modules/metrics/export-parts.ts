import type { ExportParts } from '#platform/exports/port.ts';

export const exportParts: ExportParts = {
  leftOut: { frozen_fact: 'the ids of what was counted, of which some may stand behind a wall since; the figures stand in frozen_figure, each with its hash' },
};
