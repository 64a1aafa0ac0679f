import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    arrival: {
      at: 'x.at', texts: ['about', 'why'], give: ['at', 'what'], plain: ['what'],
    },
    directory: {
      at: 'x.made_at', actors: ['actor_id', 'made_by'], plain: ['name', 'subject_from'],
    },
    given: {
      about: 'x.person_id = $1', key: `x.mapping_id || ':' || x.person_id`, at: 'x.at', texts: ['refused'], give: ['at'], erase: 'delete',
    },
    key: {
      key: 'x.service_id', actors: ['service_id'],
    },
    mapping: {
      at: 'x.made_at', actors: ['made_by', 'approved_by', 'ended_by'], texts: ['reason'],
    },
    member: {
      about: 'x.person_id = $1', key: `x.group_id || ':' || x.person_id`, at: 'x.since',
      give: ['group=(select g.display_name from directory."group" g where g.id = x.group_id)', 'since'], erase: 'delete',
    },
    person: {
      about: 'x.person_id = $1', key: 'x.person_id', at: 'x.added_at', knownBy: ['user_name'], texts: ['user_name', 'given_name', 'family_name', 'office'],
      give: ['external_id', 'added_at'], plain: ['external_id'], erase: 'delete',
    },
  },
  apart: {
    group: 'groups of the directory',
  },
};
