import type { NoticeSource } from '#platform/notify/port.ts';

/** An alarm that nobody acknowledged in time is told to the supervisor, and then to who stands above. */
export const noticeSource: NoticeSource = {
  classes: [{
    key: 'alarms.not-taken', title: 'An alarm was not taken in time', urgent: true, channels: ['push', 'mail', 'webhook'],
    ladder: [{ role: 'gsoc-supervisor', withinS: 300 }, { role: 'deputy-cso', withinS: 600 }, { role: 'cso', withinS: 1800 }],
  }],
  tells: { 'alarms.escalated': () => [{ class: 'alarms.not-taken', whileState: ['unacknowledged'] }] },
};
