/** The classes of `notices.ts` in German. */
export const titles: Readonly<Record<string, string>> = {
  'exercises.started': 'ÜBUNG: eine Übung beginnt, an der Sie teilnehmen',
  'exercises.inject-delivered': 'ÜBUNG: Neues für Sie',
};
