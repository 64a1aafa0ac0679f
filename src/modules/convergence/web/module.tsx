import { defineWebModule } from '#platform/web/web-module.ts';

export default defineWebModule({
  name: 'convergence',
  pages: [
    { room: 'admin', group: 'system', order: 73, path: '/destinations', title: 'Destinations', permission: 'convergence:share-out', load: () => import('./destinations.page.tsx') },
    { room: 'admin', group: 'system', path: '/destinations/$id', title: 'Destination', permission: 'convergence:share-out', load: () => import('./destination.page.tsx') },
  ],
});
