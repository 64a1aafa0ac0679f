import type { Entry, NoticeSource, Tell } from '#platform/notify/port.ts';

const BEGINS = 'exercises.started';
const INJECT = 'exercises.inject-delivered';

const told = (key: string) => ({ after }: Entry): Tell[] => {
  const to = after['to'];
  return Array.isArray(to) && to.length > 0 ? [{ class: key, to: to.map(String), withActor: true }] : [];
};

/** Who takes part is told that it begins, and the players of each inject that reaches them in writing. The mark stands first. */
export const noticeSource: NoticeSource = {
  classes: [
    { key: BEGINS, title: 'EXERCISE: an exercise begins in which you take part', urgent: false, channels: ['mail', 'push'] },
    { key: INJECT, title: 'EXERCISE: news for you', urgent: false, channels: ['push'] },
  ],
  tells: { 'exercises.started': told(BEGINS), 'exercises.inject-delivered': told(INJECT) },
};
