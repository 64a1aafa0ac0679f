import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    allowance: {
      at: 'x.made_at', actors: ['made_by', 'ended_by'], texts: ['reason'],
    },
  },
  apart: {
    target: 'where was connected to',
  },
};
