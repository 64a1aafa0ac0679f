import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = { kinds: [], hanging: [{ key: 'imports', remove: 'imports.go_with' }] };
