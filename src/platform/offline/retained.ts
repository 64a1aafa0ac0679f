import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = { kinds: [], hanging: [{ key: 'offline', remove: 'offline.go_with' }] };
