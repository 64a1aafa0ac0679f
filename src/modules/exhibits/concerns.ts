import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    bundle: {
      record: 'x.id', wall: 'x.wall_id', at: 'x.closed_at', actors: ['closed_by'], texts: ['purpose', 'manifest'], give: ['number', 'closed_at'], plain: ['number'], kept: 'cases',
    },
    custody: {
      record: 'x.exhibit_id', at: 'x.at', actors: ['actor_id', 'holder', 'holder_before'], texts: ['note'], give: ['kind', 'at'], plain: ['kind', 'seal'], kept: 'cases',
    },
    exhibit: {
      record: 'x.id', wall: 'x.wall_id', at: 'x.received_at', actors: ['holder_id', 'received_by'], texts: ['title', 'description', 'marks', 'collected_where', 'lent_to'], give: ['number', 'received_at'], plain: ['number', 'kind', 'state', 'packaging', 'seal'], kept: 'cases',
    },
    item: { key: 'file_id', record: 'x.exhibit_id', at: 'x.entered_at', texts: ['name', 'how'], give: ['entered_at'], plain: ['media_type'] },
    offer: {
      record: 'x.exhibit_id', at: 'x.offered_at', actors: ['from_id', 'to_id'], texts: ['purpose', 'why'], give: ['state', 'offered_at'], plain: ['state'],
    },
  },
  apart: { place: 'rooms and shelves' },
};
