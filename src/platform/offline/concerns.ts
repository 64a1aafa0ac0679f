import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    device: {
      about: 'x.person_id = $1', at: 'x.made_at', actors: ['wipe_by'], texts: ['label', 'wipe_reason'], give: ['made_at', 'seen_at', 'left_at'], erase: 'delete',
    },
    device_session: {
      about: 'exists (select from offline.device d where d.id = x.device_id and d.person_id = $1)', key: `x.device_id || ':' || x.session_id`, erase: 'delete',
    },
    taken: {
      about: 'exists (select from offline.device d where d.id = x.device_id and d.person_id = $1)', key: `x.device_id || ':' || x.record_id`, record: 'x.record_id', at: 'x.at',
      give: ['at', 'dropped_at'], erase: 'delete',
    },
  },
  apart: {},
};
