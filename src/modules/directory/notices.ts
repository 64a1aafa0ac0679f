import type { NoticeSource } from '#platform/notify/port.ts';

/** Who keeps sign-ins and gives roles is told that a directory wanted to remove somebody whom it does not. */
export const noticeSource: NoticeSource = {
  classes: [{ key: 'directory.kept', title: 'A directory wanted to remove somebody who must be replaced first', urgent: false, channels: ['mail', 'push'] }],
  tells: { 'directory.kept': () => [{ class: 'directory.kept', roles: ['system-administrator'], about: { words: '', path: '/directories' } }] },
};
