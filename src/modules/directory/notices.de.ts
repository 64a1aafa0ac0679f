/** The classes of `notices.ts` in German. */
export const titles: Readonly<Record<string, string>> = {
  'directory.kept': 'Ein Verzeichnis wollte jemanden entfernen, der erst ersetzt werden muss',
};
