import { defineWebModule } from '#platform/web/web-module.ts';
import { t } from './messages.en.ts';

export default defineWebModule({
  name: 'notices',
  pages: [
    { room: 'command', order: 60, path: '/notifications', title: 'Notifications', permission: 'notices:read', load: () => import('./list.page.tsx') },
    { room: 'command', path: '/notifications/new', title: 'New notification', permission: 'notices:prepare', unlisted: true, load: () => import('./new.page.tsx') },
    { room: 'command', path: '/notifications/sent/$id', title: 'Notification', permission: 'notices:read', load: () => import('./notice.page.tsx') },
    { room: 'command', order: 62, path: '/roll-calls', title: 'Roll calls', permission: 'notices:muster', load: () => import('./muster/musters.page.tsx') },
    { room: 'command', path: '/roll-calls/$id', title: 'Roll call', permission: 'notices:muster', load: () => import('./muster/muster.page.tsx') },
    { room: 'command', order: 64, path: '/notifications/templates', title: 'Templates of notifications', permission: 'notices:send-all', load: () => import('./templates.page.tsx') },
    { room: 'admin', group: 'system', order: 74, path: '/notification-channels', title: 'SMS and chat rooms', permission: 'notices:channels', load: () => import('./channels.page.tsx') },
    { room: 'admin', group: 'own', order: 92, path: '/told', title: 'What I was told', load: () => import('./told.page.tsx') },
    { room: 'admin', group: 'own', path: '/told/$id', title: 'What I was told', load: () => import('./told-one.page.tsx') },
    { path: '/answer', title: 'Answer', load: () => import('./answer.page.tsx') },
  ],
  records: { 'notices.notice': (id) => `/notifications/sent/${id}`, 'notices.muster': (id) => `/roll-calls/${id}` },
  kinds: { 'notices.notice': 'Notifications', 'notices.muster': 'Roll calls' },
  decisions: {
    'notices.send-all': {
      title: t('notices.decision'),
      sentence: ({ title = '', people = '' }) => t('notices.decision.sentence', { title, n: people }),
      lines: ({ text = '' }) => [[t('notices.text'), text]],
    },
  },
});
