import type { Entry, NoticeSource, Tell } from '#platform/notify/port.ts';

const JUMPED = 'health.clock-jumped';

/** Who keeps the system hears at once that a machine's clock was set. */
export const noticeSource: NoticeSource = {
  classes: [{ key: JUMPED, title: 'The clock of a machine jumped', urgent: true, channels: ['push', 'mail', 'webhook'] }],
  tells: { [JUMPED]: ({ after }: Entry): readonly Tell[] => [{ class: JUMPED, roles: ['system-administrator'], about: { words: `${String(after['node'])}, ${Math.round(Number(after['jumpMs']) / 1000)} s`, path: '/health' } }] },
};
