import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    entry: {
      key: `x.run_id || ':' || x.seq`, record: '(select r.record_id from procedures.run r where r.id = x.run_id)', at: 'x.at', actors: ['by'], texts: ['answer', 'note'],
      give: ['what', 'at'], plain: ['step_id', 'what'],
    },
    procedure: {
      at: 'x.made_at', actors: ['made_by'], plain: ['key', 'title'],
    },
    run: {
      record: 'x.record_id', wall: 'x.wall_id', at: 'x.begun_at', actors: ['begun_by', 'ended_by'], give: ['number', 'begun_at'], plain: ['number', 'title', 'state'],
    },
    version: {
      key: `x.procedure_id || ':' || x.version`, at: 'x.made_at', actors: ['made_by', 'in_force_by'], texts: ['reason'],
      secret: { content: 'a version stays as it was in force; it names roles' },
    },
  },
  apart: {
    handled: 'which procedure begins with which alarm',
  },
};
