import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = {
  kinds: [{
    key: 'deliver.delivery', title: 'Messages sent', class: 'deliveries', purposes: ['operations'], goes: 'That a mail, push message or webhook was sent, with each try.',
    facts: 'deliver.held_facts', removal: { due: 'deliver.due_to_go', remove: 'deliver.let_go' },
  }],
  hanging: [],
};
