import { defineWebModule } from '#platform/web/web-module.ts';

export default defineWebModule({
  name: 'metrics',
  pages: [
    { room: 'desk', order: 20, path: '/desk/figures', title: 'Figures', permission: 'metrics:read', load: () => import('./figures.page.tsx') },
    { room: 'desk', path: '/desk/figure', title: 'Figure', permission: 'metrics:read', unlisted: true, load: () => import('./figure.page.tsx') },
  ],
});
