import type { Message } from './messages.ts';
import { speak } from './messages.ts';

/** The languages on offer: BCP 47 tag and own name. With a language go the order of a date and the grouping of numbers; clocks have 24 hours in each. */
export const LANGUAGES = [
  { tag: 'en', title: 'English' },
  { tag: 'en-US', title: 'English (United States)' },
  { tag: 'de', title: 'Deutsch' },
] as const;
export type LanguageTag = (typeof LANGUAGES)[number]['tag'];

const KEY = 'parapet.language';
const isOffered = (tag: string | null): tag is LanguageTag => LANGUAGES.some((one) => one.tag === tag);

/** The language to speak: the one chosen on this device, else the first that the browser asks for and that is there. English with an American order of dates is only ever chosen. */
export function languageFor(chosen: string | null, wanted: readonly string[]): LanguageTag {
  if (isOffered(chosen)) return chosen;
  const bare = wanted.map((tag) => tag.toLowerCase().split('-')[0] ?? '').find(isOffered);
  return isOffered(bare ?? null) ? (bare as LanguageTag) : 'en';
}

const ownChoice = (): string | null => {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
};

/** Speaks this device's language before anything is said. Where its catalogue does not come, what is said is English. */
export async function beginSpeaking(catalogues: Readonly<Partial<Record<string, () => Promise<Readonly<Record<string, Message>>>>>>): Promise<void> {
  const tag = languageFor(ownChoice(), navigator.languages);
  const catalogue = catalogues[tag];
  const messages = await catalogue?.().catch(() => null);
  if (messages === null) return;
  speak(tag, messages ?? {});
  document.documentElement.lang = tag;
}

/** Chooses a language for this device, and begins anew in it. */
export function chooseLanguage(tag: LanguageTag): void {
  localStorage.setItem(KEY, tag);
  location.reload();
}
