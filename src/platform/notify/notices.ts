import type { NoticeSource } from './port.ts';

const TEST = 'notify.test';

/** The service's own: a notice that somebody sends to themselves. */
export const noticeSource: NoticeSource = {
  classes: [{ key: TEST, title: 'A test that you asked for', urgent: false, channels: ['mail', 'push', 'webhook'] }],
  tells: { 'notify.asked-for-test': ({ actor }) => [{ class: TEST, to: [actor], withActor: true, about: { words: '', path: '/notices' } }] },
};
