import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    task: {
      record: 'x.record_id', at: 'x.created_at', actors: ['owner_id', 'created_by', 'ended_by'], texts: ['title', 'detail', 'outcome'], give: ['state', 'due_at'],
      plain: ['state', 'repeat_rule', 'repeat_zone'],
    },
  },
  apart: {},
};
