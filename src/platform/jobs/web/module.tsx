import { defineWebModule } from '#platform/web/web-module.ts';

export default defineWebModule({
  name: 'jobs',
  pages: [{ room: 'admin', group: 'own', order: 85, path: '/jobs', title: 'Jobs', load: () => import('./jobs.page.tsx') }],
});
