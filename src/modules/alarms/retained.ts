import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = {
  kinds: [{
    key: 'alarms.alarm', title: 'Alarms', class: 'alarms', purposes: ['operations'], goes: 'The alarm with its times and note, its comments, links, tasks and files. The signals behind it have a time of their own.',
    facts: 'alarms.held_facts', removal: { due: 'alarms.due_to_go', remove: 'alarms.let_go' },
  }, {
    key: 'alarms.shift', title: 'Shifts of the Watch', class: 'alarms', purposes: ['operations'], goes: 'The shift with its log and its hand-overs, its comments, links, tasks and files.',
    facts: 'alarms.shift_facts', removal: { due: 'alarms.shifts_due_to_go', remove: 'alarms.let_shifts_go' },
  }],
  hanging: [],
};
