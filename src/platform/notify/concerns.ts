import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    ladder: {
      key: 'x.class', at: 'x.changed_at', actors: ['changed_by'], plain: ['class', 'steps'],
    },
    notice: {
      about: 'x.person_id = $1', record: 'x.record_id', at: 'x.at', texts: ['words'], give: ['class', 'at', 'read_at'], plain: ['class', 'path'], erase: 'delete',
    },
    wish: {
      about: 'x.person_id = $1', key: 'x.person_id', give: ['channels', 'zone', 'from_minute', 'to_minute', 'language'], plain: ['channels', 'zone', 'language'], erase: 'delete',
    },
  },
  apart: {
    cursor: 'how far it came', escalation: 'who is told next, by role',
  },
};
