import type { NoticeSource } from '#platform/notify/port.ts';

const ASSIGNED = 'workorders.assigned';
const FAILED = 'workorders.retest-failed';
const told = (key: string, { after }: { after: Readonly<Record<string, unknown>> }) => (typeof after['ownerId'] === 'string' ? [{ class: key, to: [after['ownerId']] }] : []);

/** Whose a work order becomes is told so, and when its retest fails. */
export const noticeSource: NoticeSource = {
  classes: [{ key: ASSIGNED, title: 'A work order is yours', urgent: false, channels: ['mail', 'push', 'webhook'] }, { key: FAILED, title: 'The retest of a work order of yours failed', urgent: false, channels: ['mail', 'push', 'webhook'] }],
  tells: { 'workorders.assigned': (entry) => told(ASSIGNED, entry), 'workorders.retest-failed': (entry) => told(FAILED, entry) },
};
