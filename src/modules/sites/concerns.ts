import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {},
  apart: {
    plan: 'floor plans', site: 'places',
  },
};
