import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    comment: {
      record: 'x.record_id', at: 'x.at', actors: ['author_id', 'struck_by'], texts: ['text', 'struck_reason'], give: ['at'],
    },
    link: {
      record: 'x.from_id', at: 'x.drawn_at', actors: ['drawn_by', 'struck_by'], texts: ['struck_reason'], give: ['kind'], plain: ['kind'],
    },
  },
  apart: {},
};
