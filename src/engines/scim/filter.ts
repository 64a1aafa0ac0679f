/** An attribute as it is named in filters and paths, in lower case: names are case-insensitive (RFC 7643 §2.1). `schema` is the URN before it, or null. */
export type AttributeName = { schema: string | null; name: string; sub: string | null };

export const COMPARISONS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof COMPARISONS)[number];
export type Literal = string | number | boolean | null;

/** A filter of RFC 7644 §3.4.2.2, as a tree. `within` is a value path: `emails[type eq "work"]`. */
export type Filter =
  | { kind: 'and' | 'or'; left: Filter; right: Filter }
  | { kind: 'not'; of: Filter }
  | { kind: 'present'; at: AttributeName }
  | { kind: 'compare'; at: AttributeName; op: Comparison; value: Literal }
  | { kind: 'within'; at: AttributeName; filter: Filter };

/** Where a PATCH operation points (RFC 7644 §3.5.2, `PATH`). */
export type Path = { at: AttributeName; filter: Filter | null; sub: string | null };

/** What was read, or what is wrong, in words for who sent it. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; reason: string };

const LONGEST = 4000;
const DEEPEST = 20;
const MOST_TERMS = 100;

const TOKEN = /\s*(?:([()[\]])|("(?:[^"\\]|\\.)*")|([^\s()[\]"]+))/y;
const NAME = /^(?:(urn:.+):)?([a-z$][\w$-]*)(?:\.([a-z$][\w$-]*))?$/i;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;

class Unreadable extends Error {}

const unreadable = (reason: string): Unreadable => new Unreadable(reason);

function tokensOf(text: string): string[] {
  if (text.length > LONGEST) throw unreadable(`At most ${LONGEST} characters.`);
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const whole = text.trimEnd();
  while (TOKEN.lastIndex < whole.length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(whole);
    if (!found) throw unreadable(`It cannot be read from here on: ${whole.slice(at, at + 40)}`);
    tokens.push(found[1] ?? found[2] ?? found[3] ?? '');
  }
  return tokens;
}

function nameOf(token: string): AttributeName {
  const found = NAME.exec(token);
  if (!found) throw unreadable(`${token.slice(0, 60)} is no name of an attribute.`);
  return { schema: found[1]?.toLowerCase() ?? null, name: (found[2] ?? '').toLowerCase(), sub: found[3]?.toLowerCase() ?? null };
}

function literalOf(token: string): Literal {
  if (token.startsWith('"')) {
    try {
      return JSON.parse(token) as string;
    } catch {
      throw unreadable(`${token.slice(0, 60)} is no text in quotation marks.`);
    }
  }
  if (/^(?:true|false)$/i.test(token)) return token.toLowerCase() === 'true';
  if (/^null$/i.test(token)) return null;
  if (NUMBER.test(token)) return Number(token);
  throw unreadable(`${token.slice(0, 60)} is no value: write text in quotation marks.`);
}

/** Reads tokens by the grammar of RFC 7644 §3.4.2.2, Figure 1: `not` binds before `and`, `and` before `or`. */
class Reader {
  readonly #tokens: readonly string[];
  #at = 0;
  #terms = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  get rest(): string {
    return this.#tokens.slice(this.#at).join(' ');
  }

  next(what: string): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw unreadable(`It ends where ${what} should stand.`);
    this.#at += 1;
    return token;
  }

  #takes(word: string): boolean {
    if (this.#tokens[this.#at]?.toLowerCase() !== word) return false;
    this.#at += 1;
    return true;
  }

  #close(bracket: string): void {
    if (!this.#takes(bracket)) throw unreadable(`A ${bracket} is missing.`);
  }

  filter(depth = 0): Filter {
    if (depth > DEEPEST) throw unreadable(`Nest at most ${DEEPEST} levels deep.`);
    let left = this.#both(depth);
    while (this.#takes('or')) left = { kind: 'or', left, right: this.#both(depth) };
    return left;
  }

  #both(depth: number): Filter {
    let left = this.#one(depth);
    while (this.#takes('and')) left = { kind: 'and', left, right: this.#one(depth) };
    return left;
  }

  #one(depth: number): Filter {
    if (++this.#terms > MOST_TERMS) throw unreadable(`At most ${MOST_TERMS} conditions.`);
    if (this.#takes('(')) return this.#grouped(depth);
    if (this.#tokens[this.#at]?.toLowerCase() === 'not' && this.#tokens[this.#at + 1] === '(') {
      this.#at += 2;
      return { kind: 'not', of: this.#grouped(depth) };
    }
    const at = nameOf(this.next('an attribute'));
    if (this.#takes('[')) return { kind: 'within', at, filter: this.within(depth) };
    return this.#compared(at);
  }

  #grouped(depth: number): Filter {
    const inner = this.filter(depth + 1);
    this.#close(')');
    return inner;
  }

  within(depth: number): Filter {
    const inner = this.filter(depth + 1);
    this.#close(']');
    return inner;
  }

  #compared(at: AttributeName): Filter {
    const op = this.next('an operator').toLowerCase();
    if (op === 'pr') return { kind: 'present', at };
    const known = COMPARISONS.find((one) => one === op);
    if (!known) throw unreadable(`${op.slice(0, 40)} is no operator.`);
    return { kind: 'compare', at, op: known, value: literalOf(this.next('a value')) };
  }
}

function reading<T>(work: () => T): Parsed<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, reason: error.message };
    throw error;
  }
}

/** Reads a filter (RFC 7644 §3.4.2.2). At most 4,000 characters, 100 conditions, 20 levels. */
export const parseFilter = (text: string): Parsed<Filter> =>
  reading(() => {
    const reader = new Reader(tokensOf(text));
    const filter = reader.filter();
    if (!reader.isAtEnd) throw unreadable(`This is left over: ${reader.rest.slice(0, 60)}`);
    return filter;
  });

/** Reads the path of a PATCH operation: an attribute, its sub-attribute, or a value path with or without one (RFC 7644 §3.5.2). */
export const parsePath = (text: string): Parsed<Path> =>
  reading(() => {
    const reader = new Reader(tokensOf(text));
    const at = nameOf(reader.next('an attribute'));
    if (reader.isAtEnd) return { at, filter: null, sub: at.sub };
    if (at.sub !== null || reader.next('a [') !== '[') throw unreadable('A path is an attribute, with a condition in [ ] where it has several values.');
    const filter = reader.within(0);
    if (reader.isAtEnd) return { at, filter, sub: null };
    const sub = /^\.([a-z$][\w$-]*)$/i.exec(reader.next('a sub-attribute'))?.[1];
    if (sub === undefined || !reader.isAtEnd) throw unreadable('After the ] stands a dot and one sub-attribute, or nothing.');
    return { at, filter, sub: sub.toLowerCase() };
  });

/** The plain name of an attribute, from a text such as `name.givenName`. */
export const parseName = (text: string): Parsed<AttributeName> => reading(() => nameOf(text.trim()));
