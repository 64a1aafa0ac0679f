import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = {
  kinds: [{
    key: 'people.person', title: 'People who left', class: 'leavers', purposes: ['employment'], goes: 'What is known of them, their ways to sign in, notices and devices, and their name wherever it stands; what they did stays, by "Erased person" and a number. What a schedule keeps of them keeps their name.',
    facts: 'people.held_facts', removal: { due: 'people.due_to_go', remove: 'people.let_go' },
  }],
  hanging: [],
};
