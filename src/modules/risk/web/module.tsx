import { defineWebModule } from '#platform/web/web-module.ts';

export default defineWebModule({
  name: 'risk',
  pages: [
    { room: 'risk', order: 10, path: '/risk/paths', title: 'Path studio', permission: 'risk:path', load: () => import('./paths.page.tsx') },
    { room: 'risk', order: 20, path: '/risk/assets', title: 'Assets', permission: 'risk:read', load: () => import('./assets.page.tsx') },
    { room: 'risk', path: '/risk/paths/$id', title: 'Path studio', permission: 'risk:path', load: () => import('./studio.page.tsx') },
  ],
  records: { 'risk.asset': (id) => `/risk/assets?peek=${id}` },
  kinds: { 'risk.asset': 'Assets' },
});
