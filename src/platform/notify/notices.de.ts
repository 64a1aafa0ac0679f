/** The classes of `notices.ts` in German. */
export const titles: Readonly<Record<string, string>> = {
  'notify.test': 'Ein Test, um den Sie gebeten haben',
};
