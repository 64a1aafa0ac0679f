/** The classes of `notices.ts` in German. */
export const titles: Readonly<Record<string, string>> = {
  'jobs.ended': 'Ein Hintergrundauftrag von Ihnen ist fehlgeschlagen',
};
