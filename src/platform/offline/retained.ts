import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = {
  kinds: [{
    key: 'offline.device', title: 'Devices that work offline', class: 'offline-devices', purposes: ['operations'], goes: 'A device that was left, wiped or silent, with the list of what it had taken along. What was written on it stays with its records.',
    facts: 'offline.held_facts', removal: { due: 'offline.due_to_go', remove: 'offline.let_go' },
  }],
  hanging: [{ key: 'offline', remove: 'offline.go_with' }],
};
