import type { NoticeSource } from '#platform/notify/port.ts';

/** Whoever stands behind a wall is told at once when its glass is broken: that somebody came in without being let in. */
export const noticeSource: NoticeSource = {
  classes: [{ key: 'identity.glass-broken', title: 'Somebody broke the glass of a wall that you stand behind', urgent: true, channels: ['mail', 'push', 'webhook'] }],
  tells: { 'identity.glass-broken': ({ wallId }) => (wallId === null ? [] : [{ class: 'identity.glass-broken', behind: wallId }]) },
};
