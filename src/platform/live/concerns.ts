import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {},
  apart: {
    mark_key: 'the key of this installation',
  },
};
