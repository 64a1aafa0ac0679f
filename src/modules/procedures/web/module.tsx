import { defineWebModule } from '#platform/web/web-module.ts';
import { t } from './messages.en.ts';

export default defineWebModule({
  name: 'procedures',
  pages: [
    { room: 'watch', group: 'rules', order: 40, path: '/watch/procedures', title: 'Procedures', permission: 'procedures:read', load: () => import('./procedures.page.tsx') },
    { room: 'watch', group: 'lead', order: 41, path: '/watch/runs', title: 'Runs of procedures', permission: 'procedures:read', load: () => import('./runs.page.tsx') },
    { room: 'watch', path: '/watch/procedures/$id', title: 'Procedure', permission: 'procedures:read', load: () => import('./procedure.page.tsx') },
    { room: 'watch', path: '/watch/runs/$id', title: 'Run', permission: 'procedures:read', load: () => import('./run.page.tsx') },
  ],
  records: { 'procedures.run': (id) => `/watch/runs/${id}` },
  kinds: { 'procedures.run': 'Runs of procedures' },
  decisions: {
    'procedures.in-force': {
      title: t('procedures.decision'),
      sentence: ({ title = '', version = '' }) => (version === '' ? t('procedures.decision.retire', { title }) : t('procedures.decision.activate', { title, version })),
      lines: ({ before = '', steps = '', types = '' }) => [[t('procedures.decision.before'), before || t('procedures.decision.none')], ...(steps === '' ? [] : ([[t('procedures.steps'), steps], [t('procedures.types'), types]] as const))],
    },
  },
});
