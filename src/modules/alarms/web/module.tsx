import { call } from '#platform/web/call.ts';
import { defineWebModule, type Waiting } from '#platform/web/web-module.ts';
import { summarise } from '../contract.ts';
import { beginOpenAlarms } from './open-alarms.ts';

async function unacknowledged(): Promise<Waiting> {
  const { open } = await call('alarms', summarise, {});
  const waiting = open.filter((row) => row.unacknowledged > 0);
  const count = waiting.reduce((total, row) => total + row.unacknowledged, 0);
  const first = Math.min(...waiting.map((row) => row.priority));
  return first === 1 || first === 2 || first === 3 || first === 4 ? { count, priority: first } : { count };
}

// The rows and the page that draws them don't wait for each other.
const loadBoard = () => {
  beginOpenAlarms();
  return import('./watch.page.tsx');
};

export default defineWebModule({
  name: 'alarms',
  pages: [
    { room: 'watch', group: 'now', order: 10, path: '/watch', title: 'Board', permission: 'alarms:read', layout: 'board', load: loadBoard },
    { room: 'watch', group: 'now', order: 20, path: '/watch/history', title: 'History', permission: 'alarms:read', load: () => import('./history.page.tsx') },
    { room: 'watch', group: 'now', order: 14, path: '/watch/shifts', title: 'Shifts', permission: 'alarms:read', load: () => import('./shifts/shifts.page.tsx') },
    { room: 'watch', group: 'lead', order: 26, path: '/watch/load', title: 'Load', permission: 'alarms:supervise', load: () => import('./shifts/load.page.tsx') },
    { room: 'watch', path: '/watch/second', title: 'Second window', permission: 'alarms:read', layout: 'window', unlisted: true, load: () => import('./second/second.page.tsx') },
    { room: 'watch', path: '/watch/shifts/$id', title: 'Shift', permission: 'alarms:read', load: () => import('./shifts/shift.page.tsx') },
    { room: 'watch', group: 'rules', order: 45, path: '/watch/rules', title: 'Rules', permission: 'alarms:read', load: () => import('./rules/rules.page.tsx') },
    { room: 'watch', group: 'rules', order: 46, path: '/watch/register', title: 'Register of alarms', permission: 'alarms:read', load: () => import('./register/register.page.tsx') },
    { room: 'watch', group: 'lead', order: 47, path: '/watch/last-year', title: 'Last year’s alarms', permission: 'alarms:import', load: () => import('./last-year/last-year.page.tsx') },
    { room: 'watch', path: '/watch/rules/$id', title: 'Rule', permission: 'alarms:read', load: () => import('./rules/rule.page.tsx') },
    { room: 'watch', group: 'lead', order: 15, path: '/watch/held', title: 'Held back', permission: 'alarms:read', load: () => import('./held/held.page.tsx') },
    { room: 'watch', path: '/watch/held/$id', title: 'On test', permission: 'alarms:read', load: () => import('./held/test.page.tsx') },
    { room: 'watch', path: '/watch/alarms/$id', title: 'Alarm', permission: 'alarms:read', load: () => import('./alarm.page.tsx') },
  ],
  records: { 'alarms.alarm': (id) => `/watch/alarms/${id}`, 'alarms.shift': (id) => `/watch/shifts/${id}` },
  kinds: { 'alarms.alarm': 'Alarms', 'alarms.shift': 'Shifts' },
  waiting: { room: 'watch', permission: 'alarms:read', topic: 'alarms', read: unacknowledged },
});
