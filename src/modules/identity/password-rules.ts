/** What is guessed first: the passwords that were found most often where lists of them got out, by zxcvbn-ts. Read when it is first needed. */
const readCommon = async (): Promise<ReadonlySet<string>> => {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common'].map((word) => word.toLowerCase()));
};
let common: Promise<ReadonlySet<string>> | undefined;

const LEAST_PART = 4;
const LEAST_BESIDE_NAMES = 8;
const PRODUCT = 'parapet';
/** Up to four digits or signs before and after, as people add them to please a rule. */
const TRIMMINGS = /^[^\p{L}]{0,4}(.*?)[^\p{L}]{0,4}$/su;

const isRepeated = (text: string): boolean => /^(.{1,5})\1+$/su.test(text);

/** Signs that follow each other up or down; after 9 comes 0. */
const isRow = (text: string): boolean =>
  [1, -1].some((step) => [...text].every((sign, i, all) => {
    const before = all[i - 1];
    if (before === undefined) return true;
    return /\d\d/.test(before + sign) ? (Number(before) + step + 10) % 10 === Number(sign) : (before.codePointAt(0) ?? 0) + step === sign.codePointAt(0);
  }));

const isTwoOf = (known: ReadonlySet<string>, text: string): boolean =>
  Array.from({ length: Math.max(0, text.length - 2 * LEAST_PART + 1) }, (_, i) => i + LEAST_PART).some((at) => known.has(text.slice(0, at)) && known.has(text.slice(at)));

/** Is it one of the commonest passwords, one with digits or signs around it, two of them in a row, or a pattern? */
export async function isCommon(password: string): Promise<boolean> {
  common ??= readCommon();
  const known = await common;
  const text = password.normalize('NFKC').toLowerCase();
  const core = TRIMMINGS.exec(text)?.[1] ?? text;
  return known.has(text) || known.has(core) || isRepeated(text) || isRow(text) || isTwoOf(known, text);
}

/** The words of names, organisations and addresses that a password may not lean on: four signs and more, and the product's own name. */
export const wordsIn = (names: readonly (string | null | undefined)[]): string[] =>
  [...new Set([PRODUCT, ...names.flatMap((name) => (name ?? '').normalize('NFKC').toLowerCase().split(/[^\p{L}\p{N}]+/u))])].filter((word) => word.length >= LEAST_PART);

/** Are there fewer than eight signs left once the words that everybody here knows are taken out? */
export function leansOn(password: string, words: readonly string[]): boolean {
  const text = password.normalize('NFKC').toLowerCase();
  const rest = words.toSorted((a, b) => b.length - a.length).reduce((left, word) => left.replaceAll(word, ''), text);
  return rest !== text && rest.length < LEAST_BESIDE_NAMES;
}
