import type { NoticeClass, NoticeSource } from '#platform/notify/port.ts';

/** What stands in the list of notices of who is sent one; mail, push and SMS go by the notification itself. */
export const TOLD: NoticeClass = { key: 'notices.told', title: 'A notification of the security department', urgent: true, channels: [] };

/** A notice is told by the worker that sends it, to those whom it is addressed to. */
export const noticeSource: NoticeSource = { classes: [TOLD], tells: {} };
