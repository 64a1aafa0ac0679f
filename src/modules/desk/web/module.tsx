import { defineWebModule } from '#platform/web/web-module.ts';

export default defineWebModule({
  name: 'desk',
  pages: [{ room: 'desk', order: 10, path: '/desk', title: 'This morning', permission: 'desk:read', load: () => import('./desk.page.tsx') }],
});
