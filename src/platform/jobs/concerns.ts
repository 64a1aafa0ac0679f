import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    content: {
      about: 'exists (select from jobs.job j where j.id = x.job_id and j.person_id = $1)', key: 'x.job_id', texts: ['args', 'result'], erase: 'delete',
    },
    job: {
      about: 'x.person_id = $1', at: 'x.queued_at', actors: ['stopped_by'], texts: ['progress_words', 'error'], give: ['title', 'queued_at', 'ended_at'],
      plain: ['kind', 'title', 'state'], erase: 'delete',
    },
  },
  apart: {
    runner: 'processes',
  },
};
