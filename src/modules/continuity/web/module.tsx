import { defineWebModule } from '#platform/web/web-module.ts';

export default defineWebModule({
  name: 'continuity',
  pages: [
    { room: 'command', order: 34, path: '/continuity', title: 'Business processes', permission: 'continuity:read', load: () => import('./list.page.tsx') },
    { room: 'command', path: '/continuity/$id', title: 'Business process', permission: 'continuity:read', load: () => import('./process.page.tsx') },
  ],
  records: { 'continuity.process': (id) => `/continuity/${id}` },
  kinds: { 'continuity.process': 'Business processes' },
});
