/** The classes of `notices.ts` in German. */
export const titles: Readonly<Record<string, string>> = {
  'workorders.assigned': 'Ein Arbeitsauftrag ist Ihrer',
  'workorders.retest-failed': 'Die Nachprüfung eines Ihrer Arbeitsaufträge ist durchgefallen',
};
