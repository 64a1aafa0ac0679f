/** The elements of a message by their id, each with its parameters by name. */
export type Structured = Record<string, Record<string, string>>;

const MOST_PARAMETERS = 512;
const ELEMENT = /\[([^ =\]"]{1,64})/y;
const PARAMETER = / +([^ =\]"]{1,64})="((?:[^"\\]|\\[^])*)"/y;

/**
 * Reads STRUCTURED-DATA (RFC 5424 §6.3) at the start of a text: its elements and where it ends. `-` is none.
 * A bracket in a value needs no backslash here, an element that comes twice adds to itself. Null where it is neither; more than 512 parameters are not structured data that we read.
 */
export function readStructured(text: string): { structured: Structured; end: number } | null {
  if (text === '-' || text.startsWith('- ')) return { structured: {}, end: 1 };
  const elements = new Map<string, [string, string][]>();
  let end = 0;
  let count = 0;
  while (text[end] === '[') {
    const id = matchAt(ELEMENT, text, end);
    if (!id) return null;
    end += id[0].length;
    const parameters = elements.get(id[1] ?? '') ?? [];
    for (let found = matchAt(PARAMETER, text, end); found; found = matchAt(PARAMETER, text, end)) {
      if (++count > MOST_PARAMETERS) return null;
      parameters.push([found[1] ?? '', (found[2] ?? '').replace(/\\(["\\\]])/g, '$1')]);
      end += found[0].length;
    }
    if (text[end] !== ']') return null;
    end++;
    elements.set(id[1] ?? '', parameters);
  }
  if (end === 0 || (end < text.length && text[end] !== ' ')) return null;
  return { structured: Object.fromEntries([...elements].map(([id, parameters]) => [id, Object.fromEntries(parameters)])), end };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
