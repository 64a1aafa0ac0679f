import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {},
  apart: {
    check: 'the state of the system', process: 'the state of the system',
  },
};
