import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    asset: {
      record: 'x.id', wall: 'x.wall_id', at: 'x.created_at', texts: ['name', 'note', 'retired_why'], give: ['number', 'name'], plain: ['number', 'kind', 'strategy', 'tools', 'state', 'delays'],
    },
    protection: {
      key: 'x.floor_id', wall: 'x.wall_id', at: 'x.changed_at', actors: ['changed_by'], texts: ['figures'], give: ['version'], plain: [],
    },
    scenario: {
      record: 'x.asset_id', wall: 'x.wall_id', at: 'x.made_at', actors: ['made_by'], texts: ['name', 'struck_why'], give: ['name'], plain: ['question', 'answer'],
    },
  },
  apart: { live: 'how floors stand' },
};
