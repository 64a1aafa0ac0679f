import { defineWebModule } from '#platform/web/web-module.ts';

export default defineWebModule({
  name: 'workorders',
  pages: [
    { room: 'watch', group: 'sources', order: 56, path: '/watch/work-orders', title: 'Work orders', permission: 'workorders:read', load: () => import('./orders.page.tsx') },
    { room: 'watch', group: 'sources', order: 57, path: '/watch/maintenance', title: 'Maintenance', permission: 'workorders:read', load: () => import('./maintenance.page.tsx') },
    { room: 'watch', path: '/watch/work-orders/$id', title: 'Work order', permission: 'workorders:read', load: () => import('./order.page.tsx') },
  ],
  records: { 'workorders.workorder': (id) => `/watch/work-orders/${id}`, 'workorders.plan': () => '/watch/maintenance?tab=plans' },
  kinds: { 'workorders.workorder': 'Work orders', 'workorders.plan': 'Plans of maintenance' },
});
