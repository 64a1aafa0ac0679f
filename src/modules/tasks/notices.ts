import type { NoticeSource } from '#platform/notify/port.ts';

const ASSIGNED = 'tasks.assigned';
const ownerIn = (side: Readonly<Record<string, unknown>>): string | null => (typeof side['ownerId'] === 'string' ? side['ownerId'] : null);

/** Whose a task becomes is told so, when it is given and when it changes hands. */
export const noticeSource: NoticeSource = {
  classes: [{ key: ASSIGNED, title: 'A task is yours', urgent: false, channels: ['mail', 'push', 'webhook'] }],
  tells: {
    'tasks.added': ({ after }) => assigned(ownerIn(after)),
    'tasks.changed': ({ after }) => assigned(ownerIn(after)),
    'tasks.reopened': ({ after }) => assigned(ownerIn(after)),
  },
};

const assigned = (ownerId: string | null) => (ownerId === null ? [] : [{ class: ASSIGNED, to: [ownerId] }]);
