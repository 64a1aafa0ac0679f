import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    target: {
      wall: 'x.wall_id', at: 'x.set_at', actors: ['owner_id', 'proposed_by', 'approved_by'], texts: ['reason'], give: ['key', 'valid_from'], plain: ['key', 'part', 'part_key', 'measure'],
    },
  },
  apart: { cutoff: 'when figures were frozen', frozen_fact: 'ids of records and how each was counted', frozen_figure: 'sums' },
};
