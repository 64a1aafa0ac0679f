import { Problem } from './problem.ts';

/** The place after a row in a list that is sorted by a word and an id, as an opaque word. */
export const wordCursorAfter = (word: string, id: string): string => Buffer.from(`${id} ${word}`).toString('base64url');

const CURSOR = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) ([^\0]{0,1000})$/s;

/** Reads what `wordCursorAfter` wrote. Throws 400. */
export function readWordCursor(after: string): { word: string; id: string } {
  const found = CURSOR.exec(Buffer.from(after, 'base64url').toString());
  if (!found) throw new Problem('invalid', 'platform.cursor', 'The place in the list cannot be read. Begin again without after.', { errors: [{ pointer: '/after', detail: 'Use what the list before gave as next.' }] });
  return { word: found[2] as string, id: found[1] as string };
}
