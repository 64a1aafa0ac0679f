import { call } from '#platform/web/call.ts';
import { defineWebModule } from '#platform/web/web-module.ts';
import { countDecisions } from '../contract.ts';

export default defineWebModule({
  name: 'two-person',
  pages: [
    { room: 'admin', group: 'people', order: 15, path: '/decisions', title: 'Decisions', load: () => import('./decisions.page.tsx') },
    { room: 'admin', path: '/decisions/$id', title: 'Decision', load: () => import('./decision.page.tsx') },
  ],
  waiting: {
    room: 'admin', topic: 'two-person',
    read: async () => {
      const { toDecide, toReview } = await call('two-person', countDecisions, {});
      return { count: toDecide + toReview };
    },
  },
});
