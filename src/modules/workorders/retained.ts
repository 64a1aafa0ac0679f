import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = {
  kinds: [{
    key: 'workorders.workorder', title: 'Work orders', class: 'workorders', purposes: ['operations'], goes: 'The work order with its visits, parts and retests, its comments, links, tasks and files, its texts in the ledger, and what it is found by.',
    facts: 'workorders.held_facts', removal: { due: 'workorders.due_to_go', remove: 'workorders.let_go' },
  }],
  hanging: [],
};
