import { defineWebModule } from '#platform/web/web-module.ts';

export default defineWebModule({
  name: 'tasks',
  pages: [{ room: 'command', order: 30, path: '/tasks', title: 'My tasks', permission: 'tasks:read', load: () => import('./tasks.page.tsx') }],
});
