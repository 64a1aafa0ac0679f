/** The classes of `notices.ts` in German. */
export const titles: Readonly<Record<string, string>> = {
  'exhibits.offered': 'Ein Beweisstück wird Ihnen übergeben',
};
