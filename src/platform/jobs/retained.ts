import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = {
  kinds: [{
    key: 'jobs.job', title: 'Jobs that ended', class: 'jobs', purposes: ['operations'], goes: 'The job with what it was asked and what came of it.',
    facts: 'jobs.held_facts', removal: { due: 'jobs.due_to_go', remove: 'jobs.let_go' },
  }],
  hanging: [],
};
