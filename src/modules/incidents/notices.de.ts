/** The classes of `notices.ts` in German. */
export const titles: Readonly<Record<string, string>> = {
  'incidents.behind-wall': 'Sie stehen hinter der Wand eines Vorfalls',
};
