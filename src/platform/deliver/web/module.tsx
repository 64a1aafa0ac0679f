import { defineWebModule } from '#platform/web/web-module.ts';

export default defineWebModule({
  name: 'deliver',
  pages: [{ room: 'admin', order: 72, path: '/deliveries', title: 'Deliveries', permission: 'platform:system', load: () => import('./deliveries.page.tsx') }],
});
