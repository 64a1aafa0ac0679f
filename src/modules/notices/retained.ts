import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = {
  kinds: [{
    key: 'notices.notice', title: 'Mass notifications', class: 'notices', purposes: ['operations'], goes: 'The notification with its texts, whom it went to, what each channel came to and what was answered, its texts in the ledger, and what it is found by.',
    facts: 'notices.held_facts', removal: { due: 'notices.due_to_go', remove: 'notices.let_go' },
  }, {
    key: 'notices.muster', title: 'Roll calls', class: 'notices', purposes: ['operations'], goes: 'The roll call with who was expected and what was said of each, its texts in the ledger, and what it is found by.',
    facts: 'notices.muster_facts', removal: { due: 'notices.musters_due', remove: 'notices.let_musters_go' },
  }],
  hanging: [],
};
