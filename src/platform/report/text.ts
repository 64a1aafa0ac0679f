/** What a report is filled from: plain JSON. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** JSON whose strings can be drawn, and which characters had to be written as their Unicode numbers. */
export type Drawable = { value: JsonValue; spelled: readonly string[] };

/** Code points that shape their neighbours and draw nothing themselves: marks of order, joiners, variation selectors. */
const SILENT = /^[\u200b-\u200f\u2060\u00ad\u034f\u061c\ufe00-\ufe0f]$/;
/** Controls, orders that would turn the text around them (UAX 9), surrogates, private use and what is no character. */
const REFUSED = /^[\p{Cc}\p{Cs}\p{Co}\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}\p{Noncharacter_Code_Point}]$/u;

const spell = (codePoint: number): string => `[U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}]`;

/**
 * Writes each character that no font draws, or that would hide or turn other text, as its Unicode number: `[U+1F9A4]`.
 * Line ends become `\n`, tabs stay. Names of members are the template's words and stay as they are.
 * @param canDraw says whether the fonts have a glyph for a code point.
 */
export function makeDrawable(value: JsonValue, canDraw: (codePoint: number) => boolean): Drawable {
  const spelled = new Set<string>();
  const clean = (text: string): string => {
    let shown = '';
    for (const char of text.replaceAll(/\r\n?|[\u0085\u2028\u2029]/g, '\n')) {
      const codePoint = char.codePointAt(0) ?? 0;
      const isShown = char === '\n' || char === '\t' || SILENT.test(char) || (!REFUSED.test(char) && canDraw(codePoint));
      if (!isShown) spelled.add(spell(codePoint));
      shown += isShown ? char : spell(codePoint);
    }
    return shown;
  };
  const walk = (part: JsonValue): JsonValue => {
    if (typeof part === 'string') return clean(part);
    if (typeof part !== 'object' || part === null) return part;
    if (Array.isArray(part)) return part.map(walk);
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, walk(inner)]));
  };
  return { value: walk(value), spelled: [...spelled] };
}

/** The characters that the compiler's words name as ones it could not draw; empty where it complained of something else. */
export function undrawnIn(complaint: string): string[] {
  const quoted = [...complaint.matchAll(/the text `\\?"((?:[^`])*?)\\?"`/g)].map(([, text = '']) => text);
  return [...new Set(quoted.flatMap((text) => [...text.replaceAll(/\\+u\{([0-9a-f]+)\}/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))]))];
}
