import { defineWebModule } from '#platform/web/web-module.ts';

export default defineWebModule({
  name: 'deliver',
  pages: [{ room: 'admin', group: 'system', order: 72, path: '/deliveries', title: 'Deliveries', permission: 'platform:system', load: () => import('./deliveries.page.tsx') }],
});
