import type { Definition } from '../../correlation-rules.ts';

/** The address at which a rule is written with these values. */
export const draftAddress = (name: string, why: string, definition: Definition): string => `/watch/rules?write=1&draft=${encodeURIComponent(JSON.stringify({ name, why, definition }))}`;
