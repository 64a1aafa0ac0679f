import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = {
  kinds: [{
    key: 'signals.day', title: 'Signals, by the day', class: 'signals', purposes: ['operations'], goes: 'All signals of a day with their bytes, as one partition. That they came, and a digest over them, stays in the ledger.',
    facts: 'signals.held_facts', removal: { due: 'signals.due_to_go', remove: 'signals.let_go' },
  }],
  hanging: [],
};
