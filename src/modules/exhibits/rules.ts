/** What an exhibit is, and what happens to it. Screens and server read the same. */
export const KINDS = ['physical', 'digital'] as const;
export const STATES = ['held', 'lent', 'disposed'] as const;
export type State = (typeof STATES)[number];

/** The events of a chain of custody; the first is always `received`. */
export const EVENTS = ['received', 'moved', 'resealed', 'handed-over', 'lent', 'taken-back', 'filed', 'viewed', 'downloaded', 'audited', 'bundled', 'disposed'] as const;
export type EventKind = (typeof EVENTS)[number];

export const METHODS = ['returned', 'destroyed', 'released'] as const;

/** From which state each verb goes. */
export const FROM = { move: ['held'], reseal: ['held'], offer: ['held'], lend: ['held'], takeBack: ['lent'], dispose: ['held'], file: ['held', 'lent'] } as const satisfies Record<string, readonly State[]>;
export type Verb = keyof typeof FROM;
export const mayFrom = (verb: Verb, state: State): boolean => (FROM[verb] as readonly State[]).includes(state);

/** Lent out and not back by the day that was agreed. */
export const isOverdue = ({ state, dueBackAt }: { state: State; dueBackAt: string | null }, nowMs: number): boolean => state === 'lent' && dueBackAt !== null && Date.parse(dueBackAt) < nowMs;

/** What a scanned label says: our number, also out of a longer text that a scanner made of it. */
export const numberIn = (scanned: string): string | null => /EXH-\d{4}-\d{1,9}/.exec(scanned.toUpperCase())?.[0] ?? null;
