import { defineWebModule } from '#platform/web/web-module.ts';
import { t } from './messages.en.ts';

export default defineWebModule({
  name: 'desk',
  pages: [
    { room: 'desk', order: 10, path: '/desk', title: 'This morning', permission: 'desk:read', load: () => import('./desk.page.tsx') },
    { room: 'desk', order: 30, path: '/desk/packs', title: 'Packs', permission: 'desk:read', load: () => import('./packs.page.tsx') },
    { room: 'desk', path: '/desk/packs/$id', title: 'Pack', permission: 'desk:read', load: () => import('./pack.page.tsx') },
  ],
  records: { 'desk.pack': (id) => `/desk/packs/${id}` },
  kinds: { 'desk.pack': 'Packs' },
  decisions: { 'desk.issue': { title: t('desk.decision'), sentence: ({ number = '', title = '' }) => t('desk.decision.sentence', { number, title }), lines: ({ sections = '' }) => [[t('desk.decision.sections'), sections]] } },
});
