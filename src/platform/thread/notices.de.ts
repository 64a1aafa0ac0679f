/** The classes of `notices.ts` in German. */
export const titles: Readonly<Record<string, string>> = {
  'thread.mentioned': 'Sie werden in einem Kommentar erwähnt',
};
