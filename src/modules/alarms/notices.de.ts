/** The classes of `notices.ts` in German. */
export const titles: Readonly<Record<string, string>> = {
  'alarms.not-taken': 'Ein Alarm wurde nicht rechtzeitig übernommen',
  'alarms.nobody-next': 'Ein Arbeitsplatz wurde verlassen, und niemand hat ihn übernommen',
  'alarms.hand-over-waits': 'Eine Übergabe wartet, und niemand nimmt sie an',
  'alarms.hand-over-refused': 'Ihre Übergabe wurde abgelehnt',
  'alarms.shift-ended': 'Ihre Schicht wurde beendet',
  'alarms.test-over': 'Ein Test oder eine Wartung ist vorbei',
  'alarms.runaway-held': 'Ein Gerät meldet zu oft und wird zurückgehalten',
};
