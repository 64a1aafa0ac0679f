import { call } from '#platform/web/call.ts';
import { defineWebModule } from '#platform/web/web-module.ts';
import { readBackupState } from '../contract.ts';

export default defineWebModule({
  name: 'backup',
  pages: [{ room: 'admin', group: 'system', order: 65, path: '/backups', title: 'Backups', permission: 'platform:system', load: () => import('./backups.page.tsx') }],
  waiting: {
    room: 'admin', topic: 'backup', permission: 'platform:system',
    read: async () => {
      const { isRed, isScheduled } = await call('backup', readBackupState, {});
      return { count: isRed && isScheduled ? 1 : 0, priority: 1 };
    },
  },
});
