/** A message that goes by a number: `{n}` is it. */
export type Plural = { readonly one: string; readonly other: string };
export type Message = string | Plural;

type Names<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type NamesOf<M> = M extends string ? Names<M> : M extends Plural ? 'n' | Names<M['one']> | Names<M['other']> : never;
type Fill<M> = [NamesOf<M>] extends [never] ? [] : [values: { readonly [K in NamesOf<M>]: string | number }];

const spoken = new Map<string, Message>();
let language = 'en';

/** Puts another language over the English of the catalogues; keys that it lacks stay English. `tag` is BCP 47. */
export function speak(tag: string, messages: Readonly<Record<string, Message>>): void {
  language = tag;
  spoken.clear();
  for (const [key, message] of Object.entries(messages)) spoken.set(key, message);
}

/** The language in force, for Intl. */
export const spokenLanguage = (): string => language;

/** A number with so many digits after its point, or comma, as the language does. */
export const decimal = (value: number, digits: number): string => value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** What a module declares by itself rather than in its catalogue: the title of a page (`page./watch`), the name of a kind (`kind.alarms.alarm`). */
export const said = (key: Declared, english: string): string => fill(spoken.get(key) ?? english);
type Declared = `page./${string}` | `kind.${string}`;

/** Another language's words for a catalogue, as far as they go: `export const german: Translation<typeof t> = {…}`. */
export type Translation<Catalogue extends (key: never, ...values: never) => string> = Readonly<Partial<Record<(Parameters<Catalogue>[0] & string) | Declared, Message>>>;

/** Fills `{name}` in; numbers are grouped as the language does, and `{ one, other }` goes by `n`. */
export function fill(message: Message, values: Readonly<Record<string, string | number>> = {}): string {
  const text = typeof message === 'string' ? message : new Intl.PluralRules(language).select(Number(values['n'])) === 'one' ? message.one : message.other;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === 'number' ? value.toLocaleString(language) : value;
  });
}

/** A module's catalogue: answers `t`, whose keys and the names to fill in are checked by the compiler; `english` is what it was made of. */
export const messagesOf = <const M extends Readonly<Record<string, Message>>>(english: M) =>
  Object.assign(<K extends keyof M & string>(key: K, ...[values]: Fill<M[K]>): string => fill(spoken.get(key) ?? (english[key] as Message), values), { english });
