import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    run: {
      at: 'x.asked_at', actors: ['asked_by'], give: ['kind', 'asked_at'], plain: ['kind', 'cause', 'state', 'node', 'file', 'sha256', 'failure'],
    },
  },
  apart: {
    setting: 'settings',
  },
};
