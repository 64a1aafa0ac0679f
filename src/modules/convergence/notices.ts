import type { NoticeSource } from '#platform/notify/port.ts';

/** Who made a destination is told that it was paused because nothing went through any more. */
export const noticeSource: NoticeSource = {
  classes: [{ key: 'convergence.given-up', title: 'A destination takes nothing any more and was paused', urgent: false, channels: ['mail', 'push', 'webhook'] }],
  tells: {
    'convergence.destination-given-up': ({ recordId, after }) =>
      typeof after['madeBy'] === 'string' && recordId ? [{ class: 'convergence.given-up', to: [after['madeBy']], about: { words: typeof after['name'] === 'string' ? after['name'].slice(0, 120) : '', path: `/destinations/${recordId}` } }] : [],
  },
};
