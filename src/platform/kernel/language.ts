/** The languages in which the server has words; what a language lacks is said in English. */
export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The first language of ours that a request asks for by `Accept-Language` (RFC 9110 §12.5.4); English where it asks for none. */
export function languageIn(header: string | undefined): Language {
  const wanted = (header ?? '').slice(0, 200).split(',').map((range, at) => {
    const [tag = '', q = ''] = range.trim().toLowerCase().split(/\s*;\s*q=/);
    return { base: tag.split('-')[0], weight: q === '' ? 1 : Number(q) || 0, at };
  });
  const [first] = wanted.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight || a.at - b.at).flatMap(({ base }) => LANGUAGES.find((one) => one === base) ?? []);
  return first ?? 'en';
}
