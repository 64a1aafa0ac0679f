import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = {
  kinds: [{
    key: 'signals.day', title: 'Signals, by the day', class: 'signals', purposes: ['operations'], goes: 'All signals of a day with their bytes, as one partition. That they came, and a digest over them, stays in the ledger.',
    facts: 'signals.held_facts', removal: { due: 'signals.due_to_go', remove: 'signals.let_go' },
  }, {
    key: 'signals.name', title: 'Names of signals that ran out, by the day', class: 'signal-names', purposes: ['operations'], goes: 'That a signal of this name came in the last 30 days: a digest. A resend after that is stored anew in any case.',
    facts: 'signals.names_facts', removal: { due: 'signals.names_due', remove: 'signals.let_names_go' },
  }],
  hanging: [],
};
