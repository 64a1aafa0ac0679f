import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = {
  kinds: [{
    key: 'notify.notice', title: 'Notices', class: 'notices', purposes: ['operations'], goes: 'What somebody was told, and when they read it.',
    facts: 'notify.held_facts', removal: { due: 'notify.due_to_go', remove: 'notify.let_go' },
  }],
  hanging: [{ key: 'notify', remove: 'notify.go_with' }],
};
