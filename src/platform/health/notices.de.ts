/** The classes of `notices.ts` in German. */
export const titles: Readonly<Record<string, string>> = {
  'health.clock-jumped': 'Die Uhr einer Maschine ist gesprungen',
};
