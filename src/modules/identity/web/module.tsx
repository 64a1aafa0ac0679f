import { defineWebModule } from '#platform/web/web-module.ts';

export default defineWebModule({
  name: 'identity',
  pages: [
    { path: '/sign-in', title: 'Sign in', load: () => import('./sign-in.page.tsx') },
    { path: '/setup', title: 'First administrator', load: () => import('./setup.page.tsx') },
  ],
});
