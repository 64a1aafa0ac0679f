import type { ImportKind } from '#platform/imports/port.ts';
import { takeTasks, TASK } from './import.service.ts';

export const importKinds: readonly ImportKind[] = [{
  key: TASK, title: 'Tasks', permission: 'tasks:write', mostRows: 50_000, atOnce: 100,
  columns: [
    { key: 'external_id', title: 'Id in the other system', help: 'By which the same row sent again changes the same task', isRequired: true, also: ['id', 'number', 'ref', 'reference'] },
    { key: 'record', title: 'Record', help: 'On what it hangs: the number of an incident or an alarm, the code of a site, or an id that came in before', isRequired: true, also: ['record_id', 'incident', 'case', 'parent', 'related to'] },
    { key: 'title', title: 'Title', help: 'At most 200 characters', isRequired: true, also: ['name', 'subject', 'summary', 'task'] },
    { key: 'detail', title: 'Detail', help: 'At most 4,000 characters', also: ['description', 'notes', 'text'] },
    { key: 'owner', title: 'Owner', help: 'Their e-mail, or their id in the other system', also: ['owner_id', 'assignee', 'assigned to'] },
    { key: 'due_at', title: 'Due', help: 'With its zone, like 2026-11-21T04:12:00Z', also: ['due', 'due date', 'deadline'] },
    { key: 'state', title: 'State', help: 'open, done or dropped', also: ['status'] },
    { key: 'outcome', title: 'Outcome', help: 'What came of it, or why it was dropped', also: ['result', 'resolution'] },
    { key: 'created_at', title: 'Made', help: 'When, with its zone; else when it comes in', also: ['created', 'created on', 'opened'] },
    { key: 'ended_at', title: 'Ended', help: 'When it was done or dropped, with its zone', also: ['completed', 'closed', 'completed on'] },
  ],
  columnOf: { ownerId: 'owner', dueAt: 'due_at', recordId: 'record' },
  take: takeTasks,
}];
