import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = {
  kinds: [{
    key: 'convergence.message', title: 'Messages to systems outside', class: 'deliveries', purposes: ['operations'], goes: 'That a system outside was told of something, with each try. What it was told was never kept.',
    facts: 'convergence.held_facts', removal: { due: 'convergence.due_to_go', remove: 'convergence.let_go' },
  }],
  hanging: [],
};
