import { defineWebModule } from '#platform/web/web-module.ts';
import { decisionWords } from './decision-words.ts';

export default defineWebModule({
  name: 'exhibits',
  pages: [
    { room: 'cases', order: 30, path: '/cases/exhibits', title: 'Exhibits', permission: 'exhibits:view', load: () => import('./exhibits.page.tsx') },
    { room: 'cases', order: 31, path: '/cases/evidence-store', title: 'Evidence store', permission: 'exhibits:view', load: () => import('./store.page.tsx') },
    { room: 'cases', path: '/cases/exhibits/$id', title: 'Exhibit', permission: 'exhibits:view', load: () => import('./exhibit.page.tsx') },
  ],
  records: { 'exhibits.exhibit': (id) => `/cases/exhibits/${id}` },
  kinds: { 'exhibits.exhibit': 'Exhibits' },
  decisions: decisionWords,
});
