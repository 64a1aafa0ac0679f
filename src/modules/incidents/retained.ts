import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = {
  kinds: [{
    key: 'incidents.incident', title: 'Incidents', class: 'incidents', purposes: ['claims', 'injury-records'], goes: 'The incident with its log, people, things and losses, its comments, links, tasks and files, its texts in the ledger, and what it is found by.',
    facts: 'incidents.held_facts', removal: { due: 'incidents.due_to_go', remove: 'incidents.let_go' },
  }],
  hanging: [],
};
