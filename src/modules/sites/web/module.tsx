import { defineWebModule } from '#platform/web/web-module.ts';

export default defineWebModule({
  name: 'sites',
  pages: [
    { room: 'admin', group: 'people', order: 20, path: '/sites', title: 'Sites', permission: 'sites:read', load: () => import('./sites.page.tsx') },
    { room: 'admin', path: '/sites/$id', title: 'Site', permission: 'sites:read', load: () => import('./site.page.tsx') },
    { room: 'admin', path: '/sites/$id/plan', title: 'Plan', permission: 'sites:read', load: () => import('./plan/plan.page.tsx') },
    { room: 'watch', group: 'now', order: 12, path: '/watch/map', title: 'Map', permission: 'sites:read', load: () => import('./map/map.page.tsx') },
  ],
  records: { 'sites.site': (id) => `/sites/${id}` },
  kinds: { 'sites.site': 'Sites' },
});
