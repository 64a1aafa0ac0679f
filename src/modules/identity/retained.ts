import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = {
  kinds: [{
    key: 'identity.session', title: 'Sessions that ran out', class: 'sessions', purposes: ['security'], goes: 'Address and browser of a session that nobody ended; that somebody signed in stays in the ledger.',
    facts: 'identity.held_facts', removal: { due: 'identity.due_to_go', remove: 'identity.let_go' },
  }],
  hanging: [{ key: 'identity', remove: 'identity.go_with' }],
};
