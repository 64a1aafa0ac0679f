import type { NoticeSource } from '#platform/notify/port.ts';

const OFFERED = 'exhibits.offered';

/** Who is offered an exhibit is told so; which one stands behind the wall of its case. */
export const noticeSource: NoticeSource = {
  classes: [{ key: OFFERED, title: 'An exhibit is handed over to you', urgent: false, channels: ['mail', 'push', 'webhook'] }],
  tells: { 'exhibits.offered': ({ after }) => (typeof after['toId'] === 'string' ? [{ class: OFFERED, to: [after['toId']] }] : []) },
};
