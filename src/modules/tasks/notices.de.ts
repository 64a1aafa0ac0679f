/** The classes of `notices.ts` in German. */
export const titles: Readonly<Record<string, string>> = {
  'tasks.assigned': 'Eine Aufgabe ist Ihre',
  'tasks.freed': 'Eine Ihrer Aufgaben wartet auf nichts mehr',
};
