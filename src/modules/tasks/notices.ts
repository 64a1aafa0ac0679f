import type { NoticeSource } from '#platform/notify/port.ts';

const ASSIGNED = 'tasks.assigned';
const FREED = 'tasks.freed';
const ownerIn = (side: Readonly<Record<string, unknown>>): string | null => (typeof side['ownerId'] === 'string' ? side['ownerId'] : null);

/** Whose a task becomes is told so, when it is given and when it changes hands; and when what it waited for is finished. */
export const noticeSource: NoticeSource = {
  classes: [{ key: ASSIGNED, title: 'A task is yours', urgent: false, channels: ['mail', 'push', 'webhook'] }, { key: FREED, title: 'A task of yours waits for nothing any more', urgent: false, channels: ['push', 'webhook'] }],
  tells: {
    'tasks.added': ({ after }) => assigned(ownerIn(after)),
    'tasks.changed': ({ after }) => assigned(ownerIn(after)),
    'tasks.reopened': ({ after }) => assigned(ownerIn(after)),
    'tasks.freed': ({ after }) => told(FREED, ownerIn(after)),
  },
};

const told = (key: string, ownerId: string | null) => (ownerId === null ? [] : [{ class: key, to: [ownerId] }]);
const assigned = (ownerId: string | null) => told(ASSIGNED, ownerId);
