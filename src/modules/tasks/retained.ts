import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = {
  kinds: [{
    key: 'tasks.task', title: 'Tasks', class: 'tasks', purposes: ['operations'], goes: 'Tasks that are done or dropped; the record on which they hang stays.',
    facts: 'tasks.held_facts', removal: { due: 'tasks.due_to_go', remove: 'tasks.let_go' },
  }],
  hanging: [{ key: 'tasks', remove: 'tasks.go_with', people: 'tasks.people_with' }],
};
