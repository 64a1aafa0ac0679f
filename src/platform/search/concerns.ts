import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {},
  apart: {
    record: 'an index over headers and words', scope: 'an index over headers and words', word: 'words in use; what no record has any more goes within a day',
  },
};
