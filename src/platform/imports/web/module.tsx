import { defineWebModule } from '#platform/web/web-module.ts';

export default defineWebModule({
  name: 'imports',
  pages: [{ room: 'admin', group: 'system', order: 86, path: '/imports', title: 'Import', load: () => import('./imports.page.tsx') }],
});
