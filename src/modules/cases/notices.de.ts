/** The classes of `notices.ts` in German. */
export const titles: Readonly<Record<string, string>> = {
  'cases.in-room': 'Sie stehen im Raum eines Falles',
  'cases.report': 'Eine Meldung kam an der Vordertür an, oder wer sie machte, schrieb',
};
