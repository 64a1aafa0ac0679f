import type { NoticeSource } from '#platform/notify/port.ts';

/** A required step that was passed over is told to the supervisor of the site. */
export const noticeSource: NoticeSource = {
  classes: [{ key: 'procedures.step-skipped', title: 'A required step was passed over', urgent: false, channels: ['push', 'mail', 'webhook'] }],
  tells: { 'procedures.step-skipped': () => [{ class: 'procedures.step-skipped', roles: ['gsoc-supervisor'] }] },
};
