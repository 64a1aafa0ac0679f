/** The classes of `notices.ts` in German. */
export const titles: Readonly<Record<string, string>> = {
  'notices.told': 'Eine Benachrichtigung der Sicherheitsabteilung',
};
