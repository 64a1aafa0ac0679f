import type { Alarm } from '../contract.ts';

/** A person as the Watch names them: initial and surname. */
export function shortName(name: string): string {
  const words = name.trim().split(/\s+/u);
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${[...(words[0] ?? '')][0] ?? ''}. ${last}`;
}

/** The name of an alarm's site without the code that its record carries behind it. */
export const siteWords = (site: string | null): string | null => site?.replace(/ \([^()]{1,32}\)$/, '') ?? null;

/** Where an alarm is, from the site to the point, as far as it is known. */
export const whereWords = (alarm: Pick<Alarm, 'site' | 'sourceName'>, place: string): string => [siteWords(alarm.site), alarm.sourceName, place].filter(Boolean).join(' · ');
