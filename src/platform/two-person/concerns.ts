import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    decision: {
      about: 'x.subject_id = $1', record: 'x.record_id', wall: 'x.wall_id', at: 'x.proposed_at', actors: ['proposed_by', 'decided_by', 'reviewed_by'],
      texts: ['payload', 'facts', 'reason', 'decided_why', 'review_why'], give: ['kind', 'state', 'proposed_at'], plain: ['kind', 'state', 'permission', 'same_as', 'review'],
    },
    stopped: {
      about: 'x.person_id = $1', key: 'x.person_id', at: 'x.at', erase: 'delete',
    },
    touched: {
      about: 'x.person_id = $1', key: `x.person_id || ':' || x.by_id || ':' || x.at`, at: 'x.at', actors: ['by_id'], erase: 'delete',
    },
  },
  apart: {},
};
