import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    exercise: {
      record: 'x.id', wall: 'x.wall_id', at: 'x.planned_at', actors: ['planned_by', 'ended_by', 'evaluated_by'], texts: ['title', 'scenario', 'end_note', 'summary'], give: ['number', 'state'], plain: ['number', 'kind', 'state'],
    },
    participant: { record: 'x.exercise_id', at: 'x.out_at', actors: ['person_id'], give: ['role'], plain: ['role'] },
    inject: {
      record: 'x.exercise_id', at: 'x.added_at', actors: ['delivered_by'], texts: ['title', 'text', 'skip_reason', 'signal_point'], give: ['state', 'delivered_at'], plain: ['channel', 'trigger', 'signal_type', 'state'],
    },
    expectation: { record: 'x.exercise_id', at: 'x.added_at', actors: ['rated_by'], texts: ['text', 'observation'], give: ['rating', 'rated_at'], plain: ['rating'] },
    observation: { record: 'x.exercise_id', at: 'x.added_at', actors: ['added_by'], texts: ['text', 'recommendation', 'struck_reason'], give: ['kind'], plain: ['kind', 'capability', 'cause'] },
    action: { record: 'x.exercise_id', at: 'x.added_at', actors: ['added_by'], texts: ['title'], give: ['added_at'] },
    objective: { record: 'x.exercise_id', at: 'x.added_at', texts: ['text'], give: ['added_at'], plain: ['capability'] },
  },
  apart: {},
};
