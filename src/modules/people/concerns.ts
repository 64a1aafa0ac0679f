import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    person: {
      about: 'x.id = $1', record: 'x.id', at: 'x.created_at', knownBy: ['email', 'phone'], clear: ['email', 'phone', 'title', 'department', 'employer'],
      give: ['email', 'phone', 'title', 'department', 'employer', 'created_at'], erase: 'clear',
    },
  },
  apart: {},
};
