import { defineWebModule } from '#platform/web/web-module.ts';
import { t } from './messages.en.ts';

export default defineWebModule({
  name: 'subjects',
  pages: [
    { room: 'admin', group: 'record', order: 63, path: '/requests', title: 'Requests of people', permission: 'retention:erase', load: () => import('./requests.page.tsx') },
    { room: 'admin', group: 'record', order: 64, path: '/wall-asks', title: 'Asked of walls', permission: 'retention:hold', load: () => import('./asks.page.tsx') },
  ],
  records: { 'subjects.request': (id) => `/requests?peek=${id}` },
  kinds: { 'subjects.request': 'Requests of people' },
  decisions: {
    'subjects.erasure': {
      title: t('subjects.decision'), sentence: ({ request = '' }) => t('subjects.decision.sentence', { request }),
      lines: ({ request: _request, ...counts }) => Object.entries(counts).map(([outcome, n]) => [t(`subjects.outcome.${outcome as 'removed'}`), n] as const),
    },
  },
});
