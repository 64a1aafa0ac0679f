import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = {
  kinds: [{
    key: 'exercises.exercise', title: 'Exercises', class: 'exercises', purposes: ['operations'], goes: 'The exercise with its script, ratings and observations, its comments, links, tasks and files, its texts in the ledger, and what it is found by.',
    facts: 'exercises.held_facts', removal: { due: 'exercises.due_to_go', remove: 'exercises.let_go' },
  }],
  hanging: [],
};
