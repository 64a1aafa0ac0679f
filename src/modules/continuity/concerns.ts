import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    process: { record: 'x.id', wall: 'x.wall_id', at: 'x.made_at', actors: ['owner_id', 'reviewed_by', 'made_by'], texts: ['title', 'detail', 'mbco', 'retired_why'], give: ['number', 'state'], plain: ['number', 'state', 'impacts'] },
    dependency: { record: 'x.process_id', at: 'x.added_at', actors: ['added_by'], texts: ['name', 'note', 'struck_why'], give: ['kind'], plain: ['kind'] },
  },
  apart: {},
};
