import { defineWebModule } from '#platform/web/web-module.ts';

export default defineWebModule({
  name: 'health',
  pages: [{ room: 'admin', group: 'system', order: 70, path: '/health', title: 'Health', permission: 'platform:system', load: () => import('./health.page.tsx') }],
});
