import type { StepSource } from './port.ts';

/** What people say on a record. Links are not among it: an end may be hidden. */
export const stepSource: StepSource = { permission: 'thread:read', words: { 'thread.commented': 'Commented', 'thread.comment-edited': 'A comment was changed', 'thread.comment-struck': 'A comment was struck' } };
