import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    case: {
      record: 'x.id', wall: 'x.wall_id', at: 'x.opened_at', actors: ['lead_id', 'opened_by'], texts: ['title', 'summary'], give: ['number', 'opened_at'], plain: ['number', 'type_key', 'state', 'source'], kept: 'cases',
    },
    step: {
      record: 'x.case_id', at: 'x.at', actors: ['person_id'], texts: ['reason', 'was', 'became'], give: ['verb', 'at'], plain: ['verb'],
    },
  },
  apart: {},
};
