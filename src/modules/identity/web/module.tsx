import { call } from '#platform/web/call.ts';
import { defineWebModule } from '#platform/web/web-module.ts';
import { countAsks } from '../glass-contract.ts';
import { decisionWords } from './rights/decision-words.ts';

export default defineWebModule({
  name: 'identity',
  pages: [
    { path: '/sign-in', title: 'Sign in', load: () => import('./sign-in.page.tsx') },
    { path: '/sign-in/back/$id', title: 'Signing in', load: () => import('./single/back.page.tsx') },
    { path: '/reset', title: 'New password', load: () => import('./reset.page.tsx') },
    { path: '/setup', title: 'First administrator', load: () => import('./setup.page.tsx') },
    { room: 'admin', group: 'people', order: 30, path: '/roles', title: 'Roles', permission: 'identity:read', load: () => import('./roles.page.tsx') },
    { room: 'admin', group: 'entry', order: 40, path: '/keys', title: 'API keys', permission: 'identity:sessions', load: () => import('./keys.page.tsx') },
    { room: 'admin', group: 'entry', order: 42, path: '/open-sessions', title: 'Sessions', permission: 'identity:sessions', load: () => import('./open-sessions.page.tsx') },
    { room: 'admin', group: 'entry', order: 45, path: '/sign-in-policy', title: 'Sign-in', permission: 'identity:sessions', load: () => import('./sign-in-policy.page.tsx') },
    { room: 'admin', group: 'entry', order: 46, path: '/single-sign-on', title: 'Single sign-on', permission: 'identity:sessions', load: () => import('./single/providers.page.tsx') },
    { room: 'admin', group: 'entry', order: 70, path: '/break-glass', title: 'Break glass', load: () => import('./glass/break-glass.page.tsx') },
    { room: 'admin', path: '/break-glass/$id', title: 'Entering a wall', load: () => import('./glass/ask.page.tsx') },
    { room: 'admin', group: 'entry', order: 72, path: '/see-as', title: 'See as', permission: 'identity:see-as', load: () => import('./see-as/see-as.page.tsx') },
    { room: 'admin', group: 'record', order: 60, path: '/ledger', title: 'Ledger', permission: 'ledger:read', load: () => import('./ledger.page.tsx') },
    { room: 'admin', group: 'own', order: 90, path: '/account', title: 'My account', load: () => import('./account.page.tsx') },
  ],
  decisions: decisionWords,
  waiting: { room: 'admin', topic: 'identity', read: async () => ({ count: (await call('identity', countAsks, {})).toWitness }) },
});
