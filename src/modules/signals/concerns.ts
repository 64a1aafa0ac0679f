import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    mapping: {
      at: 'x.made_at', actors: ['made_by', 'activated_by'], texts: ['note', 'reason'], plain: ['body', 'made_from'],
    },
    source: {
      record: 'x.id', wall: 'x.wall_id', at: 'x.created_at', actors: ['sender_id'], give: ['name'], plain: ['protocol', 'account', 'name', 'state', 'key_in', 'signature'],
    },
  },
  apart: {
    batch: 'counts', heard: 'of sources', quarantine: 'frames of unknown senders, as they came', refusal: 'counts', seen: 'digests',
    signal: 'frames as they came; a user of a panel is a number in them', source_key: 'sealed keys', source_signature: 'sealed secrets',
  },
};
