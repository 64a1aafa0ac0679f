import { defineWebModule } from '#platform/web/web-module.ts';
import { decisionWords } from './leaving/decision-words.ts';

export default defineWebModule({
  name: 'people',
  pages: [
    { room: 'admin', group: 'people', order: 10, path: '/people', title: 'People', permission: 'people:read', load: () => import('./people.page.tsx') },
    { room: 'admin', path: '/people/$id', title: 'Person', permission: 'people:read', load: () => import('./person.page.tsx') },
  ],
  records: { 'people.person': (id) => `/people/${id}` },
  kinds: { 'people.person': 'People' },
  decisions: decisionWords,
});
