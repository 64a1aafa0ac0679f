import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = {
  kinds: [{ key: 'procedures.run', title: 'Runs of procedures', class: 'alarms', purposes: ['operations'], goes: 'The run with its answers and notes, with the alarm on which it was followed.', facts: 'procedures.held_facts' }],
  hanging: [{ key: 'procedures.run', remove: 'procedures.go_with', people: 'procedures.people_with' }],
};
