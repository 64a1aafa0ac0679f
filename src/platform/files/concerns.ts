import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    file: {
      record: 'x.record_id', at: 'x.added_at', actors: ['added_by', 'struck_by'], texts: ['name', 'struck_reason'], give: ['size', 'media_type', 'added_at'],
      plain: ['media_type'],
    },
    upload: {
      about: 'x.person_id = $1', record: 'x.record_id', at: 'x.begun_at', texts: ['name'], give: ['begun_at'], plain: ['state'], erase: 'delete',
    },
  },
  apart: {
    damage: 'where bytes are damaged', preview: 'pictures of files',
  },
};
