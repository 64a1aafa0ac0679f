import { defineWebModule } from '#platform/web/web-module.ts';

export default defineWebModule({
  name: 'notify',
  pages: [
    { room: 'admin', path: '/notices', title: 'Notices', unlisted: true, load: () => import('./notices.page.tsx') },
    { room: 'admin', path: '/notices/settings', title: 'How I am told', unlisted: true, load: () => import('./settings.page.tsx') },
    { room: 'admin', path: '/notices/$id', title: 'Notice', load: () => import('./notice.page.tsx') },
    { room: 'admin', group: 'system', order: 50, path: '/escalation', title: 'Escalation', permission: 'notify:ladders', load: () => import('./ladders.page.tsx') },
  ],
});
