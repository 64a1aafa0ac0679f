/** The classes of `notices.ts` in German. */
export const titles: Readonly<Record<string, string>> = {
  'retention.decision-waits': 'Eine Entscheidung über Aufbewahrtes wartet auf Sie',
};
