/** For how long an author may change a comment. */
export const MAY_EDIT_MS = 15 * 60_000;
/** The most people that one comment may mention. */
export const MOST_MENTIONS = 20;

/** The name that is being typed after an @ before the caret, and where its @ stands; null where none is. At most two spaces: a name, not a sentence. */
export function nameBeingTyped(text: string, caret: number): { at: number; words: string } | null {
  const before = text.slice(0, caret);
  const at = before.lastIndexOf('@');
  if (at === -1 || /[\p{L}\p{N}]/u.test(before.charAt(at - 1))) return null;
  const words = before.slice(at + 1);
  return /^[^\s@][^@\n]{0,60}$|^$/u.test(words) && words.split(' ').length <= 3 ? { at, words } : null;
}

/** Whether a text names somebody: an @ and the whole name, and no letter right after it. */
export function isNamed(text: string, name: string): boolean {
  for (let from = text.indexOf(`@${name}`); from !== -1; from = text.indexOf(`@${name}`, from + 1)) if (!/^[\p{L}\p{N}]/u.test(text.slice(from + name.length + 1))) return true;
  return false;
}

/** A text cut where people are named in it, the longer name before the shorter one that begins alike; joined, the pieces are the text. */
export function piecesOf(text: string, names: readonly string[]): { words: string; isName: boolean }[] {
  const sorted = [...new Set(names)].sort((a, b) => b.length - a.length);
  const pieces: { words: string; isName: boolean }[] = [];
  let plain = 0;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const name = sorted.find((one) => text.startsWith(one, at + 1) && !/^[\p{L}\p{N}]/u.test(text.slice(at + 1 + one.length)));
    if (name === undefined) continue;
    if (at > plain) pieces.push({ words: text.slice(plain, at), isName: false });
    plain = at + 1 + name.length;
    pieces.push({ words: text.slice(at, plain), isName: true });
  }
  return plain < text.length ? [...pieces, { words: text.slice(plain), isName: false }] : pieces;
}
