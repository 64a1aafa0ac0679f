import { defineWebModule } from '#platform/web/web-module.ts';

export default defineWebModule({
  name: 'offline',
  pages: [{ room: 'admin', group: 'entry', order: 34, path: '/devices', title: 'Devices', permission: 'identity:sessions', load: () => import('./devices.page.tsx') }],
});
