import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    pack: {
      record: 'x.id', wall: 'x.wall_id', at: 'x.made_at', actors: ['made_by', 'frozen_by', 'proposed_by', 'approved_by'], texts: ['title', 'sections', 'content'], give: ['number', 'state'], plain: ['number', 'kind', 'state'],
    },
    pack_line: {
      record: 'x.pack_id', at: 'x.added_at', actors: ['added_by', 'struck_by'], texts: ['text', 'struck_why'], give: ['kind'], plain: ['kind'],
    },
  },
  apart: {},
};
