import type { ExportParts } from '#platform/exports/port.ts';

export const exportParts: ExportParts = {
  leftOut: {
    concern: 'what the program declares of its tables', package: 'archives that were made for one person, for a time', behind: 'what is shown to who keeps a wall, while they are asked',
    'ask.name': 'whom something behind a wall is about',
  },
};
