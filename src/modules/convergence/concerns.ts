import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    destination: {
      at: 'x.made_at', actors: ['actor_id', 'made_by'], texts: ['paused_why'], plain: ['name', 'transport', 'origin', 'format', 'events', 'families', 'state'],
      secret: { address: 'where a system outside is reached; many have a secret in it' },
    },
  },
  apart: {
    cursor: 'how far this server has told',
    message: 'that a system outside was told of an event, with each try; not what it was told',
  },
};
