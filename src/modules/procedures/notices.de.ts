/** The classes of `notices.ts` in German. */
export const titles: Readonly<Record<string, string>> = {
  'procedures.step-skipped': 'Ein vorgeschriebener Schritt wurde übergangen',
};
