import type { Environment } from '@marcbachmann/cel-js';
import { LIMITS } from './mapping.ts';

const LONGEST_PATTERN = 256;

/** Adds the functions that messages need and CEL has not; each is linear in its texts. */
export const registerTextFunctions = (environment: Environment): Environment =>
  environment
    .registerFunction('like(string, string): bool', (text: string, pattern: string) => isLike(text, pattern))
    .registerFunction('after(string, string): string', (text: string, mark: string) => between(text, mark, ''))
    .registerFunction('before(string, string): string', (text: string, mark: string) => beforeMark(text, mark))
    .registerFunction('between(string, string, string): string', (text: string, from: string, to: string) => between(text, from, to));

/** Whether a whole text fits a pattern in which `*` is any run and `?` any character; letters in either case. */
export function isLike(text: string, pattern: string): boolean {
  const [t, p] = [text.slice(0, LIMITS.text).toLowerCase(), pattern.slice(0, LONGEST_PATTERN).toLowerCase()];
  let [at, of, star, mark] = [0, 0, -1, 0];
  while (at < t.length) {
    if (p[of] === '*') [star, mark, of] = [of, at, of + 1];
    else if (of < p.length && (p[of] === '?' || p[of] === t[at])) [at, of] = [at + 1, of + 1];
    else if (star >= 0) [of, mark, at] = [star + 1, mark + 1, mark + 1];
    else return false;
  }
  while (p[of] === '*') of += 1;
  return of === p.length;
}

/** What stands behind the first mark, up to the next end mark or, where that is '' or missing, to the end; '' where the mark is not there. */
function between(text: string, from: string, to: string): string {
  const start = text.indexOf(from);
  if (start < 0) return '';
  const rest = text.slice(start + from.length);
  return to === '' ? rest : beforeMark(rest, to);
}

function beforeMark(text: string, mark: string): string {
  const end = mark === '' ? -1 : text.indexOf(mark);
  return end < 0 ? text : text.slice(0, end);
}
