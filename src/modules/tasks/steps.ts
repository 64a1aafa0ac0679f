import type { StepSource } from '#platform/thread/port.ts';

export const stepSource: StepSource = {
  permission: 'tasks:read',
  words: { 'tasks.added': 'A task was added', 'tasks.imported': 'A task came in from another system', 'tasks.changed': 'A task was changed', 'tasks.completed': 'A task was done', 'tasks.dropped': 'A task was dropped', 'tasks.reopened': 'A task was opened again', 'tasks.handed-over': 'A task was handed over', 'tasks.freed': 'A task waits for nothing any more' },
};
