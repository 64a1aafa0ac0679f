/** The classes of `notices.ts` in German. */
export const titles: Readonly<Record<string, string>> = {
  'convergence.given-up': 'Ein Ziel nimmt nichts mehr an und wurde angehalten',
};
