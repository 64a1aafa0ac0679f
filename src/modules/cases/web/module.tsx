import { defineWebModule } from '#platform/web/web-module.ts';

export default defineWebModule({
  name: 'cases',
  pages: [
    { room: 'cases', order: 10, path: '/cases', title: 'Cases', permission: 'cases:read', load: () => import('./cases.page.tsx') },
    { room: 'cases', path: '/cases/$id', title: 'Case', permission: 'cases:read', load: () => import('./case.page.tsx') },
  ],
  records: { 'cases.case': (id) => `/cases/${id}` },
  kinds: { 'cases.case': 'Cases' },
});
