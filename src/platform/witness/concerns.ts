import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {},
  apart: {
    standing: 'where heads were sent',
  },
};
