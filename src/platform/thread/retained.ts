import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = { kinds: [], hanging: [{ key: 'thread', remove: 'thread.go_with', people: 'thread.people_with' }] };
