import { defineWebModule } from '#platform/web/web-module.ts';
import { t } from './messages.en.ts';

export default defineWebModule({
  name: 'cases',
  pages: [
    { room: 'cases', order: 10, path: '/cases', title: 'Cases', permission: 'cases:read', load: () => import('./cases.page.tsx') },
    { room: 'cases', order: 12, path: '/cases/reports', title: 'Reports', permission: 'cases:triage', load: () => import('./reports.page.tsx') },
    { room: 'cases', path: '/cases/reports/$id', title: 'Report', permission: 'cases:triage', load: () => import('./triage.page.tsx') },
    { path: '/report', title: 'Report a concern', load: () => import('./report.page.tsx') },
    { room: 'cases', path: '/cases/$id', title: 'Case', permission: 'cases:read', load: () => import('./case.page.tsx') },
  ],
  records: { 'cases.case': (id) => `/cases/${id}`, 'cases.report': (id) => `/cases/reports/${id}` },
  decisions: { 'cases.close': { title: t('cases.close'), sentence: ({ number = '', title = '' }) => t('cases.decision.close', { number, title }) } },
  kinds: { 'cases.case': 'Cases', 'cases.report': 'Reports' },
});
