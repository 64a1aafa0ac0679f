import { defineWebModule } from '#platform/web/web-module.ts';

export default defineWebModule({
  name: 'signals',
  pages: [
    { room: 'watch', group: 'now', order: 30, path: '/watch/signals', title: 'Signals', permission: 'signals:read', load: () => import('./signals.page.tsx') },
    { room: 'watch', path: '/watch/signals/$id', title: 'Signal', permission: 'signals:read', load: () => import('./signal.page.tsx') },
    { room: 'watch', group: 'sources', order: 50, path: '/watch/sources', title: 'Sources', permission: 'signals:read', load: () => import('./sources.page.tsx') },
    { room: 'watch', path: '/watch/sources/$id/mapping', title: 'Mapping', permission: 'signals:sources', load: () => import('./mapping.page.tsx') },
    { room: 'admin', group: 'system', order: 88, path: '/simulator', title: 'Simulator', permission: 'identity:simulate', load: () => import('./simulator.page.tsx') },
  ],
  records: { 'signals.signal': (id) => `/watch/signals/${id}`, 'signals.source': (id) => `/watch/sources?source=${id}` },
  kinds: { 'signals.source': 'Sources of signals' },
});
